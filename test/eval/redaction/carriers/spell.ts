import type { Spelling } from './carrier.ts';

const SPELLINGS: Readonly<Record<Spelling, (text: string) => string>> = {
  none: (text) => text,
  json,
  // As serialisers write that keep to ASCII.
  'json-ascii': (text) =>
    json(text).replace(/[\x7f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'json-twice': (text) => json(json(text)),
  uri: encodeURIComponent,
  'uri-twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  // As people paste it: only what would end the parameter is escaped.
  'uri-raw': (text) => text.replace(/[\s"<>#&]/g, encodeURIComponent),
  form: (text) => encodeURIComponent(text).replaceAll('%20', '+'),
};

/** A text as it must be written where it is going to stand. */
export function spell(text: string, spelling: Spelling): string {
  return SPELLINGS[spelling](text);
}

function json(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
