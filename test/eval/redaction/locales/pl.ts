import { groupThousands, type Locale } from './locale.ts';

export const pl: Locale = {
  labels: {
    email: ['adres e-mail', 'mail'],
    card: ['karta kredytowa', 'numer karty'],
    iban: ['IBAN', 'konto'],
    ssn: ['SSN', 'amerykański numer SSN'],
    ip: ['adres IP', 'IP'],
    key: ['klucz API', 'hasło', 'token'],
    phone: ['telefon', 'numer telefonu', 'tel.'],
    'url-credential': ['adres połączenia', 'adres repozytorium'],
  },
  cued: [
    'Mój {label} to {value}.',
    'Proszę zmienić {label} na {value} do piątku.',
    '{label}: {value}.',
    'Klient podał jako {label} „{value}”.',
    'Odrzucono {label} ({value}).',
  ],
  neutral: [
    'Z formularza dostaliśmy {value}.',
    'Napisał tylko „{value}”.',
    'Przekazane przez {value} dziś rano;',
    'Czy mamy już {value}?',
  ],
  calls: [
    'Proszę dzwonić: tel. {value} po 17.',
    'Telefon {value}, także wieczorem.',
    'Mój numer telefonu to {value}.',
  ],
  filler: [
    'Wniosek odrzucono zgodnie z regułą 12.',
    'Poza tym nic się nie zmieniło.',
    'Czy mogą Państwo to sprawdzić?',
  ],
  facts: [
    'Wartość wynosi {fact}.',
    'Szczegóły: {fact}.',
    '{fact} jest w raporcie.',
    'Zmierzono {fact} dwa razy.',
  ],
  day: ['{d}.{m}.{y}', '{y}-{m}-{d}'],
  price: (whole, cents) => `${groupThousands(whole, '\u00a0')},${cents} zł`,
};
