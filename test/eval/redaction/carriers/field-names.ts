import type { Entity } from '../document.ts';

/** Names of fields and variables that say what they hold, in the languages that code is written in. */
export const TELLING_FIELDS: Readonly<Record<Entity, readonly string[]>> = {
  email: ['email', 'mail', 'contact_email', 'userEmail', 'correo', 'adresse_mail'],
  card: ['card', 'card_number', 'pan', 'cardNumber', 'kartennummer', 'numero_carta'],
  iban: ['iban', 'account', 'payee_iban', 'kontonummer', 'compte'],
  ssn: ['ssn', 'social_security_number', 'ssnNumber', 'applicant_ssn'],
  ip: ['ip', 'client_ip', 'remote_addr', 'x-forwarded-for', 'sourceIp'],
  key: ['api_key', 'secret', 'access_token', 'client_secret', 'token', 'password'],
  phone: [
    'phone',
    'tel',
    'mobile',
    'phone_number',
    'telefon',
    'telefono',
    'telephone',
    'celular',
    'telefoon',
  ],
  'url-credential': ['database_url', 'dsn', 'remote', 'callback', 'origin'],
};

/** Names that say nothing of what they hold. */
export const NEUTRAL_FIELDS = ['value', 'input', 'q', 'data', 'note', 'subject', 'ref', 'arg0', 'detail'];
