import type { CarrierId } from '../document.ts';
import type { Carrier, Spelling, Template } from './carrier.ts';

function templates(spelling: Spelling, texts: Readonly<Record<string, string>>): Template[] {
  return Object.entries(texts).map(([name, text]) => ({ name, text, spelling }));
}

const JSON_LINES = {
  field: '{"id":"{uuid}","{field}":"{value}","amount":{number},"at":"{time}"}',
  spaced: '{ "{field}" : "{value}", "version": "{version}" }',
  message: '{"event":"{uuid}","message":"{message}","trace_id":"{trace}"}',
  pretty: '{\n  "user": {\n    "{field}": "{value}",\n    "since": "{time}"\n  }\n}',
  array: '{"{field}s":["{value}"],"count":1,"etag":"{hash}"}',
  chat: '{"role":"user","content":"{message}","tokens":{number}}',
};

const NESTED_JSON_LINES = {
  nested: '{"payload":"{\\"{field}\\":\\"{value}\\",\\"n\\":{number}}","id":"{uuid}"}',
  'nested message': '{"body":"{\\"text\\":\\"{message}\\"}"}',
};

const ASCII_JSON_LINES = {
  'ascii field': '{"{field}": "{value}", "id": "{uuid}"}',
  'ascii message': '{"at": "{time}", "message": "{message}"}',
};

const LOG_LINES = {
  text: '{time} INFO  [checkout-{number}] {message}',
  logfmt: 'ts={time} level=warn trace={trace} {field}={value} status=409 took={number}ms',
  'logfmt quoted': 'level=error msg="{message}" path=/v1/orders build={version}',
  syslog: '<134>1 {time} pay-1 payments {number} - - {field}: {value}',
  access: '- - [{clf}] "POST /v1/orders HTTP/1.1" 201 {number} "{field}={value}" {uuid}',
  arrow: '{clf} DEBUG worker-{number} → {field} => {value}',
  bracketed: '[{time}] [{trace}] {field}=[{value}] ok',
  parenthesised: 'WARN  PaymentFilter - refused ({field}: {value}), retry {number}',
  piped: '{time}|{uuid}|{field}|{value}|denied',
};

const URLS = {
  query: 'https://shop.example/orders/{number}?{field}={value}&ref={hash}',
  first: 'GET /search?{field}={value} HTTP/1.1',
  last: 'https://api.example/v2/check?trace={trace}&{field}={value}',
  path: 'https://api.example/customers/{value}/orders?page=2',
};

const URL_TEMPLATES: readonly Template[] = [
  ...templates('uri', URLS),
  ...templates('uri-twice', {
    redirect: 'https://login.example/return?next=%2Fcart%3F{field}%3D{value}&state={uuid}',
  }),
  ...templates('form', {
    form: 'id={number}&{field}={value}&submit=1',
    'form last': 'a=1&b=2&{field}={value}',
  }),
  ...templates('uri-raw', {
    'raw query': 'https://shop.example/orders?{field}={value}&page={number}',
    fragment: 'https://app.example/#/{field}/{value}',
  }),
];

const STACKS = {
  node: 'Error: {message}\n    at check (/app/src/pay.ts:{line}:17)\n    at async run (/app/src/main.ts:{line}:5)',
  'node field': 'TypeError: invalid {field} {value}\n    at new Order (file:///srv/order.js:{line}:9)',
  java: 'java.lang.IllegalArgumentException: {message}\n\tat com.example.pay.Gate.check(Gate.java:{line})\nCaused by: java.io.IOException: {trace}',
  python:
    'Traceback (most recent call last):\n  File "/app/jobs.py", line {line}, in run\n    check({field}="{value}")\nValueError: rejected',
  'python error': '  File "/app/jobs.py", line {line}\nKeyError: \'{value}\'',
  go: 'panic: {field} {value}: refused\n\ngoroutine {line} [running]:\nmain.check(0xc000{line})\n\t/src/main.go:{line} +0x1d',
  dotnet:
    "System.FormatException: {field} '{value}' is wrong\n   at Pay.Gate.Check(String s) in /src/Gate.cs:line {line}",
  sql: 'ERROR: duplicate key value violates unique constraint "ux"\nDETAIL: Key ({field})=({value}) already exists.',
};

const CODE_LINES = {
  const: "const {field} = '{value}';",
  call: 'await client.send({ {field}: "{value}", retries: 3 }); // {version}',
  sql: "UPDATE orders SET {field} = '{value}' WHERE id = {number};",
  yaml: 'service:\n  {field}: "{value}"\n  version: {version}',
  'yaml bare': 'service:\n  {field}: {value}\n  replicas: 2',
  env: 'export {FIELD}="{value}"',
  'env bare': '{FIELD}={value}',
  comment: '// {message}',
  xml: '<order id="{uuid}"><{field}>{value}</{field}></order>',
  csv: '{uuid};{value};{number};{date}',
  markdown: '| {field} | {value} | {version} |',
  python: 'assert check({field}="{value}") is None  # {hash}',
  curl: "curl -d '{field}={value}' https://api.example/v1",
  html: '<td class="{field}">{value}</td>',
};

/** Every carrier; prose takes its sentences from the locale. */
export const CARRIER_LINES: Readonly<Record<CarrierId, Carrier>> = {
  prose: { templates: templates('none', { sentence: '{message}' }), joins: [' ', ' ', '\n', '\n\n'] },
  json: {
    templates: [
      ...templates('json', JSON_LINES),
      ...templates('json-ascii', ASCII_JSON_LINES),
      ...templates('json-twice', NESTED_JSON_LINES),
    ],
    joins: ['\n', '\n', ',\n', ','],
  },
  log: { templates: templates('none', LOG_LINES), joins: ['\n', '\n', '\r\n'] },
  url: { templates: URL_TEMPLATES, joins: ['\n', '\n', ' ', ', '] },
  stack: { templates: templates('none', STACKS), joins: ['\n', '\n\n', '\r\n'] },
  code: { templates: templates('none', CODE_LINES), joins: ['\n', '\n\n', '\r\n'] },
};
