import { groupThousands, type Locale } from './locale.ts';

export const enUs: Locale = {
  labels: {
    email: ['email', 'e-mail address'],
    card: ['credit card', 'card number'],
    iban: ['IBAN', 'account'],
    ssn: ['SSN', 'social security number'],
    ip: ['IP address', 'IP'],
    key: ['API key', 'secret', 'access token'],
    phone: ['phone number', 'cell', 'phone'],
    'url-credential': ['connection string', 'repository URL'],
  },
  cued: [
    'My {label} is {value}.',
    'Please update the {label} to {value} before Friday.',
    '{label}: {value}.',
    'The customer gave us this {label}: {value}, is that right?',
    'I typed my {label} ({value}) and it was rejected.',
    'Does "{value}" look like a valid {label}?',
  ],
  neutral: [
    'We received {value} in the form.',
    'He wrote "{value}" and nothing else.',
    'Forwarded from {value} this morning;',
    'Is {value} already on file?',
  ],
  calls: [
    'Call me at {value} after 5.',
    'You can reach us on {value}, any time.',
    'Text {value} if the courier is late.',
  ],
  filler: [
    'The request was refused by policy billing-7.',
    'Nothing else has changed since the last review.',
    'Please have a look when you can.',
    'Our team will answer within two days.',
  ],
  facts: [
    'The value was {fact}.',
    'See {fact} for details.',
    'We measured {fact} twice.',
    '{fact} is what the report says.',
    'Compare {fact} with the run before.',
  ],
  day: ['{m}/{d}/{y}', '{y}-{m}-{d}'],
  price: (whole, cents) => `$${groupThousands(whole, ',')}.${cents}`,
};
