import type { Draw } from './draw.ts';

/**
 * Sentences about nobody, as they stand in rationales, prompts and answers: small numbers, ids, accents, typeset signs.
 * One in thirty has a colon, as one in some two thousand characters of prose is.
 */
export const PROSE: readonly ((draw: Draw) => string)[] = [
  ...[
    'The request was passed on unchanged, for no rule of this tenant speaks against it.',
    'A stricter rule exists, but it is not active in this region yet.',
    'The score moved by less than a tenth since the last version, so the earlier outcome stands.',
    'An agent can lift this within the shift; after that it has to go through review.',
    'The customer’s last message asks for “a plain answer”, which the summary gives.',
    'Two of three signals were missing and were taken as neutral.',
    'Nothing in the retrieved document touches medical or legal advice.',
    'Parcels that come back are unpacked, checked and put on the shelf again the same day.',
    'If the heating does not start, hold the round button until the light turns green.',
    'The museum opens late on Thursdays, and the last tour begins an hour before it closes.',
    'The tool was called once – with the arguments that the plan had named – and answered at once.',
    'Three things are needed: the form, a copy of the invoice and a short description.',
    'Die Größe der Lieferung überschreitet die Grenze, die für dieses Lager gilt.',
    'Bitte prüfen Sie, ob die Tür während der Vorführung geschlossen bleibt.',
    'Le délai court à partir de la réception du formulaire signé à la mairie.',
    'Cette réponse s’appuie sur le règlement intérieur et sur l’état du dossier.',
    'La petición llegó después del cierre, así que pasa al día siguiente.',
    'O relatório não contém informação sensível e pode ser publicado amanhã.',
    'Zażółć to próbka pisma, w której są wszystkie znaki języka polskiego.',
    'Ölçüm sonuçları beklenenden düşük çıktı, ama güvenli sınırın altında değil.',
  ].map((sentence) => () => sentence),
  ({ below }) => `Rule ${below(99)} of ${below(200)} applied, and ${below(9)} more were looked at.`,
  ({ below }) => `The classifier gave 0.${below(100)} where ${below(60) + 40} percent are wanted.`,
  ({ digits }) => `This is turn ${digits(2)} of conversation c${digits(5)}, the longest of the week.`,
  ({ below }) => `Version 1.${below(20)}.${below(9)} of the policy was active, version 2 is in its trial.`,
  ({ below, pick }) =>
    `The price rose to ${pick(['€', 'EUR ', 'EUR ', 'EUR '])}${below(90)}.50, transport included.`,
  ({ below }) => `It took ${below(900)} ms, of which ${below(90)} went into the cache.`,
  ({ below }) => `On ${below(28) + 1} May the limit was set to ${below(50)},000 words for each answer.`,
  ({ digits }) => `See page ${digits(2)}, table ${digits(1)}, and the note on order K-${digits(4)}.`,
  ({ hex }) => `The bundle ${hex(7)} replaced ${hex(7)} this morning without a restart.`,
  ({ below }) => `Mix ${below(9)} parts of water with ${below(4)} of lime and let it stand for half an hour.`,
];
