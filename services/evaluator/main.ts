import { runService } from '../../platform/lifecycle/run-service.ts';
import { startEvaluator } from './service.ts';

await runService(process, 'evaluator', startEvaluator);
