import { runService } from '../../platform/lifecycle/run-service.ts';
import { startGateway } from './service.ts';

await runService(process, 'gateway', startGateway);
