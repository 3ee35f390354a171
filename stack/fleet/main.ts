import { runService } from '../../platform/lifecycle/run-service.ts';
import { startFleetService } from './service.ts';

await runService(process, 'fleet', startFleetService);
