import { Buffer } from 'node:buffer';
import { seeUnexcused } from '../final-gate/excuse-forms.ts';
import { BLANKED, FINAL_GATE_RULE } from '../final-gate/final-gate.ts';
import type { SourceRedactor } from '../recording/redact-at-source.ts';

/** What a logger asks of every text before it writes it. */
export interface LogGate {
  /** The text as it may be written, and the rules that found something; null when it may be written as it is. */
  readonly look: (text: string) => { readonly text: string; readonly rules: readonly string[] } | null;
  /** Told of every find: the field of the line, as a path, and the rule. */
  readonly found: (path: string, rule: string) => void;
}

/**
 * The logger's gate: the redactor, then the final gate, as for what is stored. A text that the redactor cannot read
 * is blanked. What is found here was about to be logged by a mistake of ours.
 */
export function createLogGate(redactor: SourceRedactor, found: LogGate['found']): LogGate {
  return {
    found,
    look: (text) => {
      let redacted: ReturnType<SourceRedactor['redact']>;
      try {
        redacted = redactor.redact(text);
      } catch {
        return { text: BLANKED, rules: [FINAL_GATE_RULE] };
      }
      const rules = redacted.findings.map(({ rule }) => rule);
      const bytes = Buffer.from(redacted.text, 'utf8');
      const seen = seeUnexcused(bytes, 0, bytes.length, redactor.judgeAgain);
      if (seen !== null) return { text: BLANKED, rules: [...rules, seen] };
      return rules.length === 0 ? null : { text: redacted.text, rules };
    },
  };
}
