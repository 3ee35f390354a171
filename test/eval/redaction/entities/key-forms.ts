import type { Dice } from '../../../support/fuzz/dice.ts';
import { ALNUM, DIGITS, drawFrom, drawKey, HEX, LOWER, UPPER } from '../draw-text.ts';
import { makeJwt, makePrivateKey } from './make-token.ts';

export interface KeyForm {
  readonly before?: string;
  readonly value: string;
  readonly after?: string;
  readonly needsCue?: boolean;
}

const URL_SAFE = `${ALNUM}-_`;
const BASE64 = `${ALNUM}+/`;

/** Keys that carry their kind in front, as their makers document them. */
export const MARKED: Readonly<Record<string, (dice: Dice) => KeyForm>> = {
  'AWS access key': (dice) => ({ value: dice.pick(['AKIA', 'ASIA']) + drawFrom(dice, `${UPPER}234567`, 16) }),
  'GitHub token': (dice) => ({
    value: `gh${dice.pick(['p', 'o', 'u', 's', 'r'])}_${drawKey(dice, ALNUM, 36)}`,
  }),
  'GitHub fine-grained': (dice) => ({
    value: `github_pat_${drawKey(dice, ALNUM, 22)}_${drawKey(dice, ALNUM, 59)}`,
  }),
  'Google API key': (dice) => ({ value: `AIza${drawKey(dice, URL_SAFE, 35)}` }),
  'Google OAuth token': (dice) => ({ value: `ya29.${drawKey(dice, URL_SAFE, 60)}` }),
  'Google client secret': (dice) => ({ value: `GOCSPX-${drawKey(dice, URL_SAFE, 28)}` }),
  'Slack token': (dice) => ({
    value: `xox${dice.pick(['b', 'p', 'a', 's'])}-${drawFrom(dice, DIGITS, 12)}-${drawFrom(dice, DIGITS, 12)}-${drawKey(dice, ALNUM, 24)}`,
  }),
  'Slack app token': (dice) => ({
    value: `xapp-1-A${drawKey(dice, UPPER + DIGITS, 10)}-${drawFrom(dice, DIGITS, 13)}-${drawFrom(dice, HEX, 64)}`,
  }),
  'Slack hook': (dice) => ({
    before: 'https://hooks.slack.com/services/',
    value: `T${drawKey(dice, UPPER + DIGITS, 8)}/B${drawKey(dice, UPPER + DIGITS, 8)}/${drawKey(dice, ALNUM, 24)}`,
  }),
  'Stripe key': (dice) => ({
    value: `${dice.pick(['sk', 'rk'])}_${dice.pick(['live', 'test'])}_${drawKey(dice, ALNUM, dice.pick([24, 99]))}`,
  }),
  'Stripe hook secret': (dice) => ({ value: `whsec_${drawKey(dice, ALNUM, 32)}` }),
  'model provider key': (dice) => ({
    value: `sk-${dice.pick(['', 'proj-', 'svcacct-', 'ant-api03-'])}${drawKey(dice, URL_SAFE, 48)}`,
  }),
  'GitLab token': (dice) => ({ value: `glpat-${drawKey(dice, URL_SAFE, 20)}` }),
  'npm token': (dice) => ({ value: `npm_${drawKey(dice, ALNUM, 36)}` }),
  'PyPI token': (dice) => ({ value: `pypi-AgEIcHlwaS5vcmc${drawKey(dice, URL_SAFE, 80)}` }),
  'Hugging Face token': (dice) => ({ value: `hf_${drawKey(dice, ALNUM, 34)}` }),
  'SendGrid key': (dice) => ({ value: `SG.${drawKey(dice, URL_SAFE, 22)}.${drawKey(dice, URL_SAFE, 43)}` }),
  'Shopify token': (dice) => ({ value: `shpat_${drawFrom(dice, HEX, 32)}` }),
  'DigitalOcean token': (dice) => ({ value: `dop_v1_${drawFrom(dice, HEX, 64)}` }),
  'Docker token': (dice) => ({ value: `dckr_pat_${drawKey(dice, URL_SAFE, 27)}` }),
  'Databricks token': (dice) => ({ value: `dapi${drawFrom(dice, HEX, 32)}` }),
  'Vault token': (dice) => ({ value: `hvs.${drawKey(dice, URL_SAFE, 92)}` }),
  'Telegram token': (dice) => ({
    value: `${drawFrom(dice, DIGITS.slice(1), 10)}:AA${drawKey(dice, URL_SAFE, 33)}`,
  }),
  'Azure storage key': (dice) => ({
    before: 'DefaultEndpointsProtocol=https;AccountName=store1;AccountKey=',
    value: `${drawKey(dice, BASE64, 86)}==`,
    after: ';EndpointSuffix=core.example.net',
  }),
  'Azure client secret': (dice) => ({ value: `${drawKey(dice, ALNUM, 3)}8Q~${drawKey(dice, URL_SAFE, 34)}` }),
  'age secret key': (dice) => ({
    value: `AGE-SECRET-KEY-1${drawKey(dice, 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)}`,
  }),
};

/** Values that a name or a header in front gives away. */
export const ANNOUNCED: Readonly<Record<string, (dice: Dice) => KeyForm>> = {
  'AWS secret': (dice) => ({
    before: dice.pick(['aws_secret_access_key=', 'AWS_SECRET_ACCESS_KEY: ', 'aws_secret_access_key = ']),
    value: drawKey(dice, BASE64, 40),
  }),
  bearer: (dice) => ({
    before: dice.pick(['Bearer ', 'Authorization: Bearer ', 'authorization: bearer ']),
    value: drawKey(dice, URL_SAFE, dice.pick([20, 32, 43])),
  }),
  basic: (dice) => ({
    before: 'Authorization: Basic ',
    value: Buffer.from(`${drawFrom(dice, LOWER, 7)}:${drawKey(dice, ALNUM, 12)}`).toString('base64'),
  }),
  password: (dice) => ({
    before: dice.pick(['password=', 'password: ', 'passwd=', 'DB_PASSWORD=', 'pwd: ', 'passphrase: ']),
    value: `${drawFrom(dice, LOWER, 6)}${dice.pick(['!', '#', '-', '_', '.'])}${drawKey(dice, ALNUM, 7)}`,
  }),
  'client secret': (dice) => ({
    before: dice.pick(['client_secret=', 'client_secret: ', 'CLIENT_SECRET=']),
    value: drawKey(dice, ALNUM, 32),
  }),
  'api key header': (dice) => ({
    before: dice.pick(['X-Api-Key: ', 'api_key=', 'apikey: ', 'x-api-key=', 'apiKey: ']),
    value: drawKey(dice, HEX, 32),
  }),
  'Twilio token': (dice) => ({ before: 'TWILIO_AUTH_TOKEN=', value: drawKey(dice, HEX, 32) }),
  'session cookie': (dice) => ({
    before: dice.pick(['Cookie: session_id=', 'Set-Cookie: JSESSIONID=', 'Cookie: sid=']),
    value: drawKey(dice, HEX, 32).toUpperCase(),
    after: '; Path=/',
  }),
  'high entropy': (dice) => ({ value: drawKey(dice, URL_SAFE, 40), needsCue: true }),
};

/** Tokens with an inner structure. */
export const STRUCTURED: Readonly<Record<string, (dice: Dice) => KeyForm>> = {
  jwt: (dice) => ({ value: makeJwt(dice) }),
  'bearer jwt': (dice) => ({ before: 'Authorization: Bearer ', value: makeJwt(dice) }),
  'private key': makePrivateKey,
};
