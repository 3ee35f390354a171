import { z } from 'zod';
import { tierErrorShare, unreachableTiers } from './burn-rate.ts';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const CODE = /^(\*|[A-Za-z0-9][A-Za-z0-9._:-]{0,127})$/;

const code = z
  .string()
  .regex(CODE, 'must be "*" (each one apart) or one id of letters, digits and . _ : -, at most 128 long');

const indicator = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('decision-latency'),
    thresholdMs: z.number().positive('must be a number of milliseconds above 0'),
  }),
  z.strictObject({ kind: z.literal('enforcement-success') }),
  z.strictObject({ kind: z.literal('first-attempt-success') }),
  z.strictObject({ kind: z.literal('coverage') }),
  z.strictObject({ kind: z.literal('audit-completeness') }),
]);

const objective = z
  .number()
  .gt(0, 'must be a share above 0, such as 0.999')
  .lt(1, 'must be a share below 1, such as 0.999: 100 % leaves no error budget');
const windowDays = z.literal(30, { error: 'must be 30, the only budget window that is computed' });
const severity = z.enum(['page', 'ticket']);
const alerting = z.enum(['burn-rate', 'ratio-bound']);

const slo = z.strictObject({
  name: z.string().max(63).regex(NAME, 'must be kebab-case: lower-case letters, digits, single hyphens'),
  description: z.string().min(1, 'must say what the objective promises'),
  service: code,
  tenant: code,
  indicator,
  objective,
  windowDays,
  severity,
  pageAtFourTimes: z.boolean().default(false),
  alerting,
});

// Each rule across fields is a shape of its own, so that it is judged even where another field is wrong.
const tierFields = z.object({ alerting: z.literal('burn-rate'), objective, windowDays });
const pagingFields = z.object({ pageAtFourTimes: z.literal(true), severity, alerting });

/**
 * One service level objective. `service` and `tenant` are an id, or `*` for each one apart (never summed).
 * `objective` is a share in (0, 1). `severity` is the most that its alerts may carry; `pageAtFourTimes` lets the
 * absolute 4× tier page.
 */
export type Slo = z.infer<typeof slo>;

/** Something wrong in a definition: the file, the dotted path in it (empty: the whole document), what to do. */
type SloProblem = { readonly file: string; readonly path: string; readonly message: string };

export type ParsedSlos = { readonly slos: readonly Slo[] } | { readonly problems: readonly SloProblem[] };

/**
 * Checks SLO documents, one SLO each, already parsed from their text. Either every SLO, in the order given, or
 * every problem of every document at once; a name used twice is a problem of the later file.
 */
export function parseSloDefinitions(
  documents: readonly { readonly file: string; readonly value: unknown }[],
): ParsedSlos {
  const slos: Slo[] = [];
  const problems: SloProblem[] = [];
  const fileByName = new Map<unknown, string>();
  for (const { file, value } of documents) {
    const parsed = slo.safeParse(value);
    if (parsed.success) slos.push(parsed.data);
    for (const issue of parsed.error?.issues ?? []) {
      problems.push({ file, path: issue.path.join('.'), message: issue.message });
    }
    problems.push(...problemsAcrossFields(file, value));
    const name = z.object({ name: z.string() }).safeParse(value).data?.name;
    const earlier = fileByName.get(name);
    if (name === undefined) continue;
    if (earlier === undefined) fileByName.set(name, file);
    else
      problems.push({ file, path: 'name', message: `is already used in ${earlier}; names must be unique` });
  }
  return problems.length > 0 ? { problems } : { slos };
}

function problemsAcrossFields(file: string, value: unknown): SloProblem[] {
  const problems: SloProblem[] = [];
  const paging = pagingFields.safeParse(value).data;
  if (paging !== undefined && (paging.severity === 'ticket' || paging.alerting === 'ratio-bound')) {
    const message = 'needs `severity: page` and `alerting: burn-rate`; remove it or change those';
    problems.push({ file, path: 'pageAtFourTimes', message });
  }
  const tiers = tierFields.safeParse(value).data;
  const [tier] = tiers === undefined ? [] : unreachableTiers(tiers.objective, tiers.windowDays);
  if (tiers !== undefined && tier !== undefined) {
    const percent = (100 * tierErrorShare(tier, tiers.objective, tiers.windowDays)).toFixed(0);
    const message =
      `would need ${percent} % of events to fail over ${tier.long} before its fastest tier fires ` +
      '(at most 50 % is allowed); raise the objective or use `alerting: ratio-bound`';
    problems.push({ file, path: 'objective', message });
  }
  return problems;
}
