import { runService } from '../../platform/lifecycle/run-service.ts';
import type { RecordStore } from '../../services/recorder/ports.ts';
import { startRecorder } from '../../services/recorder/service.ts';

// The recorder as it would be without its guards, to tell what they cost. It may lose and double records: for the
// benchmark only. No wait for a former owner, no reading back of what is stored, no progress.
await runService(process, 'recorder', (env) => startRecorder(env, { wrapStore: withoutGuards }));

function withoutGuards(store: RecordStore): RecordStore {
  return {
    ...store,
    bindTo: async () => {},
    hasStatements: async () => false,
    readProgress: async () => null,
    readStored: async () => [],
    readSeen: async () => ({ words: new Uint32Array(0) }),
    readReplays: async () => [],
    saveTiles: async () => {},
    saveProgress: async () => {},
  };
}
