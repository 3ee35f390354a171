import { runService } from '../../platform/lifecycle/run-service.ts';
import { startVault } from './service.ts';

await runService(process, 'vault', startVault);
