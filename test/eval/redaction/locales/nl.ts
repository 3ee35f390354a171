import { groupThousands, type Locale } from './locale.ts';

export const nl: Locale = {
  labels: {
    email: ['e-mailadres', 'mailadres'],
    card: ['creditcard', 'kaartnummer'],
    iban: ['IBAN', 'rekening'],
    ssn: ['SSN', 'Amerikaans sofinummer (SSN)'],
    ip: ['IP-adres', 'IP'],
    key: ['API-sleutel', 'wachtwoord', 'token'],
    phone: ['telefoonnummer', 'mobiel', 'telefoon'],
    'url-credential': ['verbindings-URL', 'adres van de repository'],
  },
  cued: [
    'Mijn {label} is {value}.',
    'Kunt u het {label} wijzigen in {value}, alstublieft?',
    '{label}: {value}.',
    'De klant gaf als {label} "{value}" op.',
    'Het {label} ({value}) werd geweigerd.',
  ],
  neutral: [
    'Via het formulier ontvingen we {value}.',
    'Hij schreef alleen "{value}".',
    'Doorgestuurd door {value} vanmorgen;',
    'Hebben we {value} al?',
  ],
  calls: [
    'Bel mij op telefoon {value} na vijven.',
    'Tel. {value}, ook in het weekend.',
    'Mijn mobiel is {value}.',
  ],
  filler: [
    'Het verzoek is afgewezen volgens regel 12.',
    'Verder is er niets veranderd.',
    'Wilt u er eens naar kijken?',
  ],
  facts: [
    'De waarde is {fact}.',
    'Zie {fact} voor details.',
    '{fact} staat in het rapport.',
    'We hebben {fact} twee keer gemeten.',
  ],
  day: ['{d}-{m}-{y}', '{d}-{m}-{y}'],
  price: (whole, cents) => `€ ${groupThousands(whole, '.')},${cents}`,
};
