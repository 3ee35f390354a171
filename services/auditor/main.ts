import { runService } from '../../platform/lifecycle/run-service.ts';
import { startAuditor } from './service.ts';

await runService(process, 'auditor', startAuditor);
