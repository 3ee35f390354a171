import { SERVICES, SPREAD } from './simulate-day.ts';
import type { QuietSummary } from './summarise-weeks.ts';

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

/** The summary in Markdown. */
export function renderQuiet(
  summary: QuietSummary,
  { date, commit }: { readonly date: Date; readonly commit: string },
): string {
  const { weeks, seed, error_rate, pages, tickets, alerts, pages_per_week_upper_95: bound } = summary;
  const services = SERVICES.map(({ name, requestsPerMinute }) => `\`${name}\` ${requestsPerMinute}`).join(
    ', ',
  );
  const fired = Object.entries(alerts).map(([name, count]) => `| ${name} | ${count} |`);
  return `# A quiet fleet, ${date.toISOString().slice(0, 10)}

Commit ${commit}, seed ${seed}: **${pages} pages in ${weeks} weeks**, so with 95 % confidence at most ${bound.toFixed(3)} a week (Poisson); ${tickets} tickets.

| alert | times |
| --- | ---: |
${fired.length === 0 ? '| none | 0 |' : fired.join('\n')}

## What was simulated

One tenant whose events fail, in the long run, at ${error_rate} times the rate that each objective of \`config/slos\` allows. Requests a minute on the average of a working day: ${services}; at noon 1.8 times that, at midnight 0.2 times, at weekends 0.4 times. ${summary.requests.toLocaleString('en')} requests, each judged by every objective.

Failures vary more than chance: within a minute they are beta-binomial, any two events correlated by ${SPREAD.minuteCorrelation} (a minute of 300 events varies ${(1 + 299 * SPREAD.minuteCorrelation).toFixed(0)} times as much as independent ones would); from hour to hour the rate varies by ${percent(SPREAD.hourVariation)} and from day to day by ${percent(SPREAD.dayVariation)} (gamma factors of mean 1).

Minute by minute the evaluator's own functions judge the windows and list the gauges, 30 days of history included; promtool evaluates the generated rules over them. Of every alert the whole condition is asked for at every minute; where one held in a chunk of two hours (${percent(summary.suspect_share)} of the time), and in one chunk of each week that dice choose, the rules themselves are evaluated one minute after the other (${percent(summary.evaluated_share)} of the time), with \`for\` and \`keep_firing_for\`. An alert that fired elsewhere than where its condition was found would end the run. Evaluators and recorders are well; outages of Docket are what the rules' own tests are for.

${summary.seconds_per_week} s a week. Again:

    npm run quiet -- --weeks ${weeks} --seed ${seed} --error-rate ${error_rate}
`;
}
