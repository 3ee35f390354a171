import type { LocaleId } from '../document.ts';
import { de } from './de.ts';
import { enGb } from './en-gb.ts';
import { enUs } from './en-us.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { it } from './it.ts';
import { ja } from './ja.ts';
import type { Locale } from './locale.ts';
import { nl } from './nl.ts';
import { pl } from './pl.ts';
import { ptBr } from './pt-br.ts';

/** The words of every locale. */
export const LOCALE_WORDS: Readonly<Record<LocaleId, Locale>> = {
  'en-US': enUs,
  'en-GB': enGb,
  de,
  fr,
  es,
  it,
  nl,
  'pt-BR': ptBr,
  pl,
  ja,
};
