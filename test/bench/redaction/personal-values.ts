import { Buffer } from 'node:buffer';
import type { Draw } from './draw.ts';

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const MIXED = `${UPPER}abcdefghijklmnopqrstuvwxyz`;

/**
 * Personal data and secrets of nobody, by kind: reserved domains and networks, numbers set aside for films, the cards
 * and accounts that manuals print, keys of random characters. Each stands for itself, whatever is around it.
 */
export const PERSONAL_VALUES: Readonly<Record<string, readonly ((draw: Draw) => string)[]>> = {
  email: [
    ({ digits }) => `customer-${digits(4)}@example.com`,
    ({ digits }) => `help.desk+case${digits(3)}@mail.example.co.uk`,
    ({ digits }) => `käufer.${digits(2)}@example.org`,
  ],
  card: [
    () => '4111 1111 1111 1111',
    () => '5555555555554444',
    () => '3782 822463 10005',
    () => '6011-1111-1111-1117',
  ],
  phone: [
    ({ digits }) => `+44 20 7946 0${digits(3)}`,
    ({ digits }) => `(202) 555-01${digits(2)}`,
    ({ digits }) => `+1 202-555-01${digits(2)}`,
    ({ digits }) => `+49 30 23125 ${digits(3)}`,
    ({ digits }) => `tel. 020 7946 0${digits(3)}`,
  ],
  iban: [
    () => 'DE89 3704 0044 0532 0130 00',
    () => 'GB82WEST12345698765432',
    () => 'FR14 2004 1010 0505 0001 3M02 606',
    () => 'NL91ABNA0417164300',
  ],
  ip: [
    ({ below }) => `192.0.2.${below(256)}`,
    ({ below }) => `203.0.113.${below(256)}`,
    ({ hex }) => `2001:db8::${hex(4)}:${hex(4)}`,
  ],
  token: [
    ({ chars }) => `AKIA${chars(16, UPPER)}`,
    ({ chars }) => `ghp_${chars(36, MIXED)}`,
    // A key needs a digit to be told from a name.
    ({ chars }) => `sk-proj-7${chars(40, MIXED)}`,
    ({ chars }) => `eyJ${chars(33, MIXED)}.eyJ${chars(60, MIXED)}.${chars(43, MIXED)}`,
    ({ chars }) => `glpat-${chars(19, MIXED)}7`,
    ({ chars }) => `sk_live_${chars(23, MIXED)}7`,
    ({ chars }) => `hvs.${chars(23, MIXED)}7`,
    ({ chars }) => `Authorization: Bearer ${chars(32, MIXED)}`,
    ({ chars }) => `password=9${chars(11, MIXED)}`,
  ],
  // Areas that were given to nobody while there were areas.
  ssn: [({ below, digits }) => `8${digits(2)}-${below(80) + 10}-1${digits(3)}`],
  escaped: [
    ({ digits }) => `customer-${digits(4)}%40example.com`,
    ({ digits }) => `customer-${digits(4)}\\u0040example.com`,
    ({ digits }) => `customer-${digits(4)}&#64;example.com`,
    ({ digits }) => Buffer.from(`customer-${digits(4)}@example.com`).toString('base64'),
  ],
  url: [
    ({ chars }) => `postgres://app:${chars(12, MIXED)}@db.example.com/orders`,
    ({ chars }) => `https://deploy:${chars(20, MIXED)}@git.example.org/site.git`,
    ({ chars }) => `amqps://worker:${chars(16, MIXED)}@queue.example.net/jobs`,
  ],
};
