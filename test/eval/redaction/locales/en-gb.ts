import { groupThousands, type Locale } from './locale.ts';

export const enGb: Locale = {
  labels: {
    email: ['email', 'e-mail address'],
    card: ['debit card', 'card number'],
    iban: ['IBAN', 'bank account'],
    ssn: ['SSN', 'US social security number'],
    ip: ['IP address', 'IP'],
    key: ['API key', 'secret', 'access token'],
    phone: ['phone number', 'mobile', 'telephone'],
    'url-credential': ['connection string', 'repository URL'],
  },
  cued: [
    'My {label} is {value}, cheers.',
    'Kindly amend the {label} to {value}.',
    '{label} - {value}.',
    'We hold the following {label}: {value}.',
    'The {label} on the enquiry ({value}) looks odd.',
    'Could you check the {label} “{value}” for us?',
  ],
  neutral: [
    'The form says {value}.',
    'She replied with ‘{value}’ only.',
    'Sent on by {value} yesterday;',
    'Has {value} been seen before?',
  ],
  calls: [
    'Ring me on {value} in the afternoon.',
    'Our mobile is {value}.',
    'Please telephone {value} for delivery.',
  ],
  filler: [
    'The enquiry was declined under policy 14.',
    'I would be grateful for a reply.',
    'Nothing further to add at this stage.',
  ],
  facts: [
    'The reading was {fact}.',
    'Please refer to {fact}.',
    '{fact} was recorded on the day.',
    'Compare {fact} with last week.',
  ],
  day: ['{d}/{m}/{y}', '{d}.{m}.{y}'],
  price: (whole, cents) => `£${groupThousands(whole, ',')}.${cents}`,
};
