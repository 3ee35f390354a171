import { runService } from '../../platform/lifecycle/run-service.ts';
import { startRecorder } from './service.ts';

await runService(process, 'recorder', startRecorder);
