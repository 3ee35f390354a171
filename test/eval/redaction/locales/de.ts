import { groupThousands, type Locale } from './locale.ts';

export const de: Locale = {
  labels: {
    email: ['E-Mail-Adresse', 'Mailadresse'],
    card: ['Kreditkarte', 'Kartennummer'],
    iban: ['IBAN', 'Bankverbindung'],
    ssn: ['SSN', 'US-Sozialversicherungsnummer (SSN)'],
    ip: ['IP-Adresse', 'IP'],
    key: ['API-Schlüssel', 'Zugangstoken', 'Passwort'],
    phone: ['Telefonnummer', 'Handy', 'Tel.'],
    'url-credential': ['Verbindungsadresse', 'Datenbank-URL'],
  },
  cued: [
    'Meine {label} lautet {value}.',
    'Bitte ändern Sie die {label} auf {value}, danke.',
    '{label}: {value}.',
    'Im Formular steht als {label} „{value}“.',
    'Die {label} ({value}) wurde abgelehnt.',
    'Ist {value} als {label} gültig?',
  ],
  neutral: [
    'Eingegangen ist {value} über das Formular.',
    'Er schrieb nur „{value}“.',
    'Weitergeleitet von {value} am Morgen;',
    'Haben wir {value} schon erfasst?',
  ],
  calls: [
    'Rufen Sie mich unter Tel. {value} an.',
    'Sie erreichen uns telefonisch: {value}.',
    'Handy {value}, am besten abends.',
  ],
  filler: [
    'Die Anfrage wurde nach Regel 12 abgelehnt.',
    'Über eine Rückmeldung würden wir uns freuen.',
    'Größere Änderungen gab es nicht.',
  ],
  facts: [
    'Der Wert beträgt {fact}.',
    'Siehe {fact} für Einzelheiten.',
    '{fact} steht im Bericht.',
    'Wir haben {fact} zweimal gemessen.',
  ],
  day: ['{d}.{m}.{y}', '{d}.{m}.{y}'],
  price: (whole, cents) => `${groupThousands(whole, '.')},${cents} €`,
};
