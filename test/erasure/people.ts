import { randomUUID } from 'node:crypto';
import type { DecisionReport } from '../../sdk/decision-report.ts';
import { drawFrom, LOWER } from '../eval/redaction/draw-text.ts';
import type { Dice } from '../support/fuzz/dice.ts';

/** Somebody who may ask to be forgotten. */
export interface Person {
  /** Whatever the enforcer calls them by. */
  readonly subject: string;
  readonly isErased: boolean;
}

/** A decision about people, and what must be readable of it, or not. */
export interface DecisionAboutPeople {
  readonly report: DecisionReport & { readonly decisionId: string };
  readonly people: readonly Person[];
  /** Strings of its erasable part that stand nowhere else in the world. */
  readonly secrets: readonly string[];
}

const SECRET_LENGTH = 16;
const SHARE_OF_TWO = 0.1;
const SHARE_WITH_PRINCIPAL = 0.5;

/** So many people, the erased ones spread among them. Letters only, so that no redactor has a reason to touch them. */
export function makePeople(dice: Dice, count: number, erased: number): Person[] {
  const every = Math.floor(count / erased);
  return Array.from({ length: count }, (_, index) => ({
    subject: `person-${drawFrom(dice, LOWER, SECRET_LENGTH)}`,
    isErased: index % every === 0 && index / every < erased,
  }));
}

/** A decision about somebody, sometimes about somebody else as well. */
export function decideAbout(dice: Dice, person: Person, everybody: readonly Person[]): DecisionAboutPeople {
  const other = dice.chance(SHARE_OF_TWO) ? dice.pick(everybody) : person;
  const people = other === person ? [person] : [person, other];
  const secrets = [drawFrom(dice, LOWER, SECRET_LENGTH), drawFrom(dice, LOWER, SECRET_LENGTH)];
  const decisionId = randomUUID();
  return {
    people,
    secrets,
    report: {
      decisionId,
      action: 'model.invoke',
      outcome: 'ALLOW',
      policy: { id: 'content-safety', version: '12' },
      latencyUs: 4_200,
      rationale: 'score below threshold',
      erasable: {
        subjects: people.map(({ subject }) => subject),
        ...(dice.chance(SHARE_WITH_PRINCIPAL) ? { principal: person.subject } : {}),
        input: JSON.stringify({ prompt: `the ${secrets[0]} question` }),
        output: JSON.stringify({ answer: `the ${secrets[1]} answer` }),
      },
    },
  };
}
