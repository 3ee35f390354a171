import { groupThousands, type Locale } from './locale.ts';

export const fr: Locale = {
  labels: {
    email: ['adresse e-mail', 'courriel'],
    card: ['carte bancaire', 'numéro de carte'],
    iban: ['IBAN', 'compte'],
    ssn: ['SSN', 'numéro de sécurité sociale américain (SSN)'],
    ip: ['adresse IP', 'IP'],
    key: ["clé d'API", 'jeton', 'mot de passe'],
    phone: ['numéro de téléphone', 'portable', 'tél.'],
    'url-credential': ['URL de connexion', 'adresse du dépôt'],
  },
  cued: [
    'Voici mon {label} : {value}.',
    'Merci de remplacer {label} par {value} avant vendredi.',
    '{label} : {value}.',
    'Le client a indiqué comme {label} « {value} ».',
    '{label} ({value}) a été refusé.',
  ],
  neutral: [
    'Nous avons reçu {value} par le formulaire.',
    'Il a seulement écrit « {value} ».',
    'Transmis par {value} ce matin ;',
    "L'avons-nous déjà, {value} ?",
  ],
  calls: [
    'Appelez-moi au {value} après 17 h.',
    'Téléphone : {value}, répondeur possible.',
    "Mon portable, c'est le {value}.",
  ],
  filler: [
    'La demande a été refusée par la règle 12.',
    "Rien d'autre n'a changé depuis l'été.",
    "Merci d'y jeter un œil.",
  ],
  facts: [
    'La valeur est de {fact}.',
    'Voir {fact} pour les détails.',
    '{fact} figure dans le rapport.',
    'Nous avons mesuré {fact} deux fois.',
  ],
  day: ['{d}/{m}/{y}', '{d}-{m}-{y}'],
  price: (whole, cents) => `${groupThousands(whole, '\u202f')},${cents} €`,
};
