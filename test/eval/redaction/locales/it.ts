import { groupThousands, type Locale } from './locale.ts';

export const it: Locale = {
  labels: {
    email: ['indirizzo e-mail', 'posta elettronica'],
    card: ['carta di credito', 'numero della carta'],
    iban: ['IBAN', 'conto'],
    ssn: ['SSN', 'numero di previdenza sociale USA (SSN)'],
    ip: ['indirizzo IP', 'IP'],
    key: ['chiave API', 'password', 'token'],
    phone: ['telefono', 'cellulare', 'numero di telefono'],
    'url-credential': ['stringa di connessione', 'URL del repository'],
  },
  cued: [
    'Il mio {label} è {value}.',
    'Vi prego di aggiornare {label} con {value} entro venerdì.',
    '{label}: {value}.',
    'Il cliente ha indicato come {label} «{value}».',
    '{label} ({value}) è stato rifiutato.',
  ],
  neutral: [
    'Abbiamo ricevuto {value} dal modulo.',
    'Ha scritto solo “{value}”.',
    'Inoltrato da {value} stamattina;',
    'Abbiamo già {value}?',
  ],
  calls: [
    'Mi chiami al telefono {value} dopo le 17.',
    'Cell. {value}, anche la sera.',
    'Il mio cellulare è {value}.',
  ],
  filler: [
    'La richiesta è stata respinta dalla regola 12.',
    "Non è cambiato nient'altro.",
    'Potete dare un’occhiata, per favore?',
  ],
  facts: [
    'Il valore è {fact}.',
    'Vedi {fact} per i dettagli.',
    '{fact} compare nel rapporto.',
    'Abbiamo misurato {fact} due volte.',
  ],
  day: ['{d}/{m}/{y}', '{d}.{m}.{y}'],
  price: (whole, cents) => `€ ${groupThousands(whole, '.')},${cents}`,
};
