import type { Draw } from './draw.ts';

type Compose = (draw: Draw) => string;

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

const uuid: Compose = ({ hex }) => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
const clock: Compose = ({ digits, below }) =>
  `1${below(10)}:${below(5)}${below(10)}:0${below(10)}.${digits(3)}`;
const instant: Compose = (draw) => `2026-0${draw.below(9) + 1}-1${draw.below(10)}T${clock(draw)}Z`;

/** Records of JSON, one a line. */
export const RECORDS: readonly Compose[] = [
  (draw) => `{"id":"${uuid(draw)}","at":"${instant(draw)}","score":0.${draw.digits(4)}}`,
  ({ below, digits }) =>
    `{"order":10${digits(8)},"items":${below(9)},"total":"${below(900)}.90","city":"Łódź"}`,
  ({ hex, below }) => `{"digest":"sha256:${hex(64)}","size":${below(90_000)}}`,
  ({ below }) =>
    `{"model":"summary-large","version":"1.${below(30)}.${below(9)}","tier":"edge","cached":false}`,
  ({ digits }) => `{"lat":52.${digits(6)},"lon":-13.${digits(6)},"zoom":12,"layer":"châteaux"}`,
  ({ below }) => `{"outcome":"deny","rules":["r-${below(99)}","r-${below(99)}"],"latency_us":${below(9000)}}`,
  () => '{"text":"The answer stays below the limit, nothing was removed","lang":"en","safe":true}',
  () => '{"path":"/orders/list","query":{"sort":"price","page":2},"note":null,"weights":[0.25,0.5,0.125]}',
];

/** Lines of logs and stack traces as servers write them. */
export const LOG_LINES: readonly Compose[] = [
  (draw) =>
    `${instant(draw)} INFO gateway done status=200 duration_ms=${draw.below(900)} trace=${draw.hex(32)}`,
  (draw) =>
    `${instant(draw)} WARN pool 3 of ${draw.below(40)} connections idle, waited ${draw.below(200)} ms`,
  (draw) => `[${clock(draw)}] DEBUG cache miss key=model/summary-large/${draw.hex(8)} ttl=300s`,
  ({ digits, below }) =>
    `level=info ts=17${digits(8)}.${digits(3)} caller=store.go:${below(900)} msg="block compacted" took=1.2s`,
  ({ below, chars, digits }) =>
    `Mar ${below(18) + 10} 10:15:${below(50) + 10} node-3 kubelet[${digits(4)}]: pod web-${chars(5, LETTERS)} ready`,
  ({ below }) => `    at Router.handle (/srv/app/dist/router.js:${below(500)}:${below(80)})`,
  () => '    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
  ({ below }) => `GET /assets/main.${below(999)}.css HTTP/1.1 304 0 "-" "curl/8.${below(9)}.1"`,
];

/** Lines of programs in several languages. */
export const CODE_LINES: readonly Compose[] = [
  () => 'export function clamp(value: number, low: number, high: number): number {',
  () => '  return Math.min(high, Math.max(low, value));',
  ({ below }) => `for (let i = 0; i < ${below(512)}; i += 4) sum += table[(state << 8) | i] ?? 0;`,
  ({ hex }) => `const seed = 0x${hex(8)} ^ (counter >>> 7);`,
  () => '@dataclass(frozen=True)\nclass Window:\n    length: int = 60\n    tolerance: float = 0.05',
  ({ below }) => `SELECT region, count() FROM events WHERE day >= today() - ${below(30)} GROUP BY region;`,
  ({ below }) => `std::vector<int> sizes(${below(64)}); std::sort(sizes.begin(), sizes.end());`,
  () => 'if err != nil { return fmt.Errorf("read block %d: %w", n, err) }',
  ({ below }) => `response = client.generate(prompt, max_tokens=${below(8192)}, temperature=0.${below(10)})`,
  ({ below }) => `    "lodash": "4.${below(20)}.${below(30)}",`,
  () => "const guide = 'https://docs.example.org/guide/#limits'; // où tout est décrit",
  () => '# The window slides by one step; an empty one counts as healthy.',
];
