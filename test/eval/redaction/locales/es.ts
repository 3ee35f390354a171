import { groupThousands, type Locale } from './locale.ts';

export const es: Locale = {
  labels: {
    email: ['correo electrónico', 'correo'],
    card: ['tarjeta de crédito', 'número de tarjeta'],
    iban: ['IBAN', 'cuenta'],
    ssn: ['SSN', 'número de seguro social (SSN)'],
    ip: ['dirección IP', 'IP'],
    key: ['clave de API', 'contraseña', 'token'],
    phone: ['teléfono', 'móvil', 'número de teléfono'],
    'url-credential': ['URL de conexión', 'dirección del repositorio'],
  },
  cued: [
    'Mi {label} es {value}.',
    'Por favor, cambien {label} a {value} antes del viernes.',
    '{label}: {value}.',
    '¿Es {value} un {label} válido?',
    'El cliente indicó como {label} «{value}».',
    'Se rechazó {label} ({value}).',
  ],
  neutral: [
    'Recibimos {value} en el formulario.',
    'Solo escribió «{value}».',
    'Reenviado por {value} esta mañana;',
    '¿Ya tenemos {value}?',
  ],
  calls: [
    'Llámeme al teléfono {value} por la tarde.',
    'Tel. {value}, de lunes a viernes.',
    'Mi móvil es el {value}.',
  ],
  filler: [
    'La solicitud fue rechazada por la regla 12.',
    'No ha cambiado nada más desde el año pasado.',
    '¿Podrían revisarlo, por favor?',
  ],
  facts: [
    'El valor es {fact}.',
    'Véase {fact} para más detalles.',
    '{fact} aparece en el informe.',
    'Medimos {fact} dos veces.',
  ],
  day: ['{d}/{m}/{y}', '{d}-{m}-{y}'],
  price: (whole, cents) => `${groupThousands(whole, '.')},${cents} €`,
};
