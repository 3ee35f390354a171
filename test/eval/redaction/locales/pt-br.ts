import { groupThousands, type Locale } from './locale.ts';

export const ptBr: Locale = {
  labels: {
    email: ['e-mail', 'endereço de e-mail'],
    card: ['cartão de crédito', 'número do cartão'],
    iban: ['IBAN', 'conta'],
    ssn: ['SSN', 'número do seguro social dos EUA (SSN)'],
    ip: ['endereço IP', 'IP'],
    key: ['chave de API', 'senha', 'token'],
    phone: ['telefone', 'celular', 'número de telefone'],
    'url-credential': ['URL de conexão', 'endereço do repositório'],
  },
  cued: [
    'Meu {label} é {value}.',
    'Por favor, altere {label} para {value} até sexta.',
    '{label}: {value}.',
    'O cliente informou como {label} "{value}".',
    'O {label} ({value}) foi recusado.',
    '{value} é um {label} válido?',
  ],
  neutral: [
    'Recebemos {value} pelo formulário.',
    'Ele só escreveu "{value}".',
    'Encaminhado por {value} hoje cedo;',
    'Já temos {value}?',
  ],
  calls: [
    'Me ligue no telefone {value} depois das 17h.',
    'Tel. {value}, falar na recepção.',
    'Meu celular é {value}.',
  ],
  filler: [
    'A solicitação foi negada pela regra 12.',
    'Não houve outras alterações.',
    'Podem verificar, por favor?',
  ],
  facts: [
    'O valor é {fact}.',
    'Veja {fact} para detalhes.',
    '{fact} consta no relatório.',
    'Medimos {fact} duas vezes.',
  ],
  day: ['{d}/{m}/{y}', '{d}-{m}-{y}'],
  price: (whole, cents) => `R$ ${groupThousands(whole, '.')},${cents}`,
};
