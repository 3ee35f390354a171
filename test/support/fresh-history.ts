import { ReplayedOrigins } from '../../domain/recording/replayed-origins.ts';
import { SeenEvents } from '../../domain/recording/seen-events.ts';

/** What a partition remembers that nothing was recorded of yet. */
export function freshHistory(): { readonly seen: SeenEvents; readonly origins: ReplayedOrigins } {
  return { seen: new SeenEvents(), origins: new ReplayedOrigins() };
}
