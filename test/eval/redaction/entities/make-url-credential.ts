import type { Dice } from '../../../support/fuzz/dice.ts';
import type { Item } from '../document.ts';
import { ALNUM, drawFrom, drawKey, HEX } from '../draw-text.ts';

const SCHEMES = [
  'https',
  'http',
  'postgres',
  'postgresql',
  'mysql',
  'mongodb+srv',
  'redis',
  'amqp',
  'ftp',
  'sftp',
  'ssh',
  'jdbc:postgresql',
  'clickhouse',
  'smtp',
  'wss',
  'ldap',
  'git+https',
  'HTTPS',
];
const HOSTS = [
  'db.example',
  'cache.eu.example.com',
  'repo.example.org',
  'queue.test',
  'localhost',
  '192.0.2.10',
  'shop.example.net',
];
const TAILS = ['/orders', ':5432/app?sslmode=require', '/team/project.git', ':6379/0', '/', '', '/a?b=1#c'];
const USERS = ['svc_reader', 'app', 'root', 'deploy-bot', 'orders', 'admin', 'etl.worker', 'default'];

const PASSWORDS: Readonly<Record<string, (dice: Dice) => string>> = {
  'user and password': (dice) => `${dice.pick(USERS)}:${drawKey(dice, ALNUM, 8 + dice.below(16))}`,
  'password with signs': (dice) =>
    `${dice.pick(USERS)}:${drawFrom(dice, ALNUM, 5)}${dice.pick(['!', '$', '&', '*', '+', ',', '=', '~'])}${drawKey(dice, ALNUM, 5)}`,
  'password escaped': (dice) =>
    `${dice.pick(USERS)}:${drawFrom(dice, ALNUM, 4)}${dice.pick(['%40', '%2F', '%3A', '%23'])}${drawKey(dice, ALNUM, 5)}`,
  'password with @': (dice) => `${dice.pick(USERS)}:${drawFrom(dice, ALNUM, 4)}@${drawKey(dice, ALNUM, 5)}`,
  'address as user': (dice) => `orders%40shop.example:${drawKey(dice, ALNUM, 10)}`,
  'password alone': (dice) => `:${drawKey(dice, ALNUM, 14)}`,
  'token as user': (dice) => drawKey(dice, HEX, 40),
  'token and x-oauth': (dice) => `${drawKey(dice, ALNUM, 36)}:x-oauth-basic`,
  'short password': (dice) => `${dice.pick(USERS)}:${drawKey(dice, ALNUM, 3)}`,
  'word as password': (dice) =>
    `${dice.pick(USERS)}:${dice.pick(['letmein', 'changeit', 'hunter', 'secret'])}`,
};
const OFTEN = ['user and password', 'password with signs'];

/** A URL with user and password, or a token, in its authority (RFC 3986, section 3.2.1); both must go. */
export function makeUrlCredential(dice: Dice): Item {
  const form = dice.pick(dice.chance(0.4) ? OFTEN : Object.keys(PASSWORDS));
  const value = PASSWORDS[form]?.(dice);
  if (value === undefined) throw new Error(`no form ${form}`);
  return {
    entity: 'url-credential',
    form,
    before: `${dice.pick(SCHEMES)}://`,
    value,
    after: `@${dice.pick(HOSTS)}${dice.pick(TAILS)}`,
    needsCue: false,
  };
}
