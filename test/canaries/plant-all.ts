import { INPUTS } from '../../domain/contract/inputs.ts';
import { loadReleasedSchemas } from '../../schemas/load-released.ts';
import { until } from '../support/until.ts';
import type { CanaryStack } from './canary-stack.ts';
import { createDisturber } from './disturb.ts';
import { listTextPlaces } from './fill-event.ts';
import type { AnswerBook } from './plant/answer-book.ts';
import { openRawLog } from './plant/open-raw-log.ts';
import { createGatewayPlanter } from './plant/plant-by-gateway.ts';
import { createQueryPlanter } from './plant/plant-by-query.ts';
import { openSdkPlanter } from './plant/plant-by-sdk.ts';
import { createRecordPlanter, listSafePlaces } from './plant/plant-records.ts';
import type { PlantedEvent } from './plant/planted-event.ts';
import type { CanarySupply } from './supply-canaries.ts';

/** All of them in one round, so that a run of a few hundred canaries has seen every road. */
type Planter = (way: number) => Promise<PlantedEvent | PlantedEvent[]>;

/**
 * Plants until the supply is used up, by every road in turn, while the stack is disturbed. A request that finds its
 * service down is made again until it is answered, with the same canaries never twice.
 * @returns what was planted, and how many processes were killed meanwhile.
 */
export async function plantAll(
  stack: CanaryStack,
  supply: CanarySupply,
  answers: AnswerBook,
  say: (line: string) => void,
): Promise<{ events: PlantedEvent[]; kills: number }> {
  const [acme] = stack.secrets.tenants;
  if (acme === undefined) throw new Error('there is no tenant');
  const log = await openRawLog(stack.brokers);
  const sdk = await openSdkPlanter(supply, stack.brokers);
  const records = createRecordPlanter(supply, log);
  const gateway = createGatewayPlanter(supply, retrying(answers), {
    url: stack.urls.gateway,
    token: acme.tokens.enforcer,
    sreToken: acme.tokens.sre,
  });
  const queries = createQueryPlanter(supply, retrying(answers), {
    url: stack.urls.auditor,
    token: acme.tokens.auditor,
  });
  const fillable = INPUTS.filter(({ subject }) =>
    listTextPlaces(loadReleasedSchemas().newest(subject).type).some(
      ({ placeClass }) => placeClass !== 'safe' && placeClass !== 'outside',
    ),
  );
  const safe = listSafePlaces();
  const input = (way: number) => at(INPUTS, way);
  const planters: Planter[] = [
    (way) => records.everywhere(at(fillable, way)),
    (way) => records.inSafeField(at(safe, way).input, at(safe, way).place),
    async () => sdk.everywhere(),
    (way) => gateway.sound(way),
    (way) => records.poison(input(way), way),
    (way) => gateway.opa(way),
    (way) => records.inSafeField(at(safe, 2 * way + 1).input, at(safe, 2 * way + 1).place),
    (way) => queries.ask(way),
    (way) => gateway.refused(way),
    (way) => records.twice(at(fillable, way)),
    async (way) => sdk.inSafeField(way),
    (way) => records.besideValue(input(way)),
  ];
  const events: PlantedEvent[] = [];
  const disturber = createDisturber(stack, say);
  const count = supply.left();
  for (let step = 0; supply.left() > 0; step++) {
    const planter = at(planters, step);
    events.push(...[await planter(Math.floor(step / planters.length))].flat());
    disturber.reached(supply.planted.length / count);
    if (step % 500 === 499) say(`${supply.planted.length} of ${count} canaries are planted`);
  }
  await disturber.done();
  await Promise.all([sdk.close(), log.close()]);
  return { events, kills: disturber.kills() };
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length];
  if (item === undefined) throw new Error('there is nothing to choose from');
  return item;
}

/** A service that is down or overloaded is asked again; what it answered meanwhile is kept as well. */
function retrying(answers: AnswerBook): AnswerBook {
  return {
    kept: answers.kept,
    ask: async (what, url, options) => {
      let answer: { status: number; text: string } | null = null;
      await until(`${what} answers`, async () => {
        answer = await answers.ask(what, url, options).catch(() => null);
        return answer !== null && answer.status !== 503 && answer.status !== 429;
      });
      return answer ?? { status: 0, text: '' };
    },
  };
}
