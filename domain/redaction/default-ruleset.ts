import { DEFAULT_CARD_ISSUERS } from './find-cards.ts';
import { DEFAULT_IBAN_COUNTRIES } from './find-ibans.ts';
import { DEFAULT_PHONE_REGIONS } from './find-phones.ts';
import { DEFAULT_KEYS } from './key-patterns.ts';
import type { Ruleset } from './ruleset.ts';

/** What is found without any configuration; `config/redaction.yaml` says the same, and a test holds them together. */
export const DEFAULT_RULESET: Ruleset = {
  version: 1,
  detectors: {
    'private-key': { enabled: true },
    'url-credential': { enabled: true },
    'bearer-token': { enabled: true },
    jwt: { enabled: true },
    'api-key': { enabled: true, keys: DEFAULT_KEYS },
    'secret-assignment': {
      enabled: true,
      names: [
        ...['password', 'passwd', 'passphrase', 'passcode', 'passwort', 'pwd', 'kennwort', 'contrasena'],
        ...['senha', 'wachtwoord', 'haslo', 'parola', 'mot-de-passe', 'secret', 'token', 'jwt', 'credential'],
        ...[
          'credentials',
          'api-key',
          'access-key',
          'private-key',
          'secret-key',
          'signing-key',
          'encryption-key',
        ],
        ...[
          'auth-key',
          'account-key',
          'shared-key',
          'consumer-key',
          'storage-key',
          'master-key',
          'service-key',
        ],
        ...['webhook-key', 'license-key', 'shared-access-key', 'session-id', 'session-key', 'session-cookie'],
        ...['sess-id', 'connect-sid', 'csrf', 'xsrf'],
      ],
      words: [
        'pass',
        'sid',
        'pat',
        'cvv',
        'cvv2',
        'cvc',
        'cvc2',
        'psw',
        'sig',
        'session',
        'sess',
        'remember',
      ],
    },
    'secret-in-context': { enabled: true },
    iban: { enabled: true, countries: DEFAULT_IBAN_COUNTRIES, validators: ['mod-97'] },
    card: { enabled: true, issuers: DEFAULT_CARD_ISSUERS, validators: ['issuer', 'luhn'] },
    ssn: { enabled: true },
    email: { enabled: true },
    ip: { enabled: true },
    phone: { enabled: true, regions: DEFAULT_PHONE_REGIONS },
  },
  masks: {
    pointers: [],
    names: [
      ...['password', 'passwd', 'passphrase', 'pwd', 'secret', 'client_secret', 'token', 'access_token'],
      ...[
        'refresh_token',
        'id_token',
        'api_key',
        'x-api-key',
        'authorization',
        'proxy-authorization',
        'cookie',
      ],
      ...[
        'set-cookie',
        'private_key',
        'session_id',
        'ssn',
        'social_security_number',
        'card_number',
        'cvv',
        'cvc',
      ],
      ...['pan', 'iban', 'account_number', 'date_of_birth', 'passport_number', 'tax_id'],
    ],
  },
  allow: { values: [], mailHosts: [] },
  tenants: {},
};
