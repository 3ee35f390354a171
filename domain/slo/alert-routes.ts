import type { SubjectLabel } from './alert-text.ts';
import type { AlertName } from './metric-names.ts';

/** What belongs to somebody: alerts about any of these are theirs as well. */
type RouteMatch = {
  readonly policies: readonly string[];
  readonly services: readonly string[];
  readonly slos: readonly string[];
  readonly alerts: readonly string[];
};

/** Who is told of alerts besides on-call. */
export type AlertRoutes = {
  readonly owners: readonly (RouteMatch & { readonly owner: string })[];
  /** Where personal data is involved. */
  readonly legal: RouteMatch;
};

/** Nobody but on-call. */
export const NO_ROUTES: AlertRoutes = {
  owners: [],
  legal: { policies: [], services: [], slos: [], alerts: [] },
};

type Subject = {
  readonly name: AlertName;
  readonly slo: string | null;
  readonly labels: readonly SubjectLabel[];
};
type Choice = { readonly label: SubjectLabel; readonly values: readonly string[]; readonly result: string };

/**
 * The labels `owner` and `legal` of an alert, as templates that Prometheus fills in: its policy decides, then its
 * service, then its SLO, then its name. An empty label is none.
 */
export function routeLabels(routes: AlertRoutes, subject: Subject): Readonly<Record<string, string>> {
  const { owners, legal } = routes;
  return {
    ...label('owner', render(choicesOf(owners, subject, ({ owner }) => owner))),
    ...label('legal', render(choicesOf([legal], subject, () => 'true'))),
  };
}

/** The same labels for an alert whose own labels are known. */
export function filledRouteLabels(
  routes: AlertRoutes,
  subject: Omit<Subject, 'labels'>,
  known: Readonly<Partial<Record<SubjectLabel, string>>>,
): Readonly<Record<string, string>> {
  const labels = (['slo', 'tenant', 'service', 'policy'] as const).filter((one) => known[one] !== undefined);
  const fill = ({ choices, otherwise }: ReturnType<typeof choicesOf>): string =>
    choices.find((choice) => choice.values.includes(known[choice.label] ?? ''))?.result ?? otherwise;
  const whole = { ...subject, labels };
  return {
    ...label('owner', fill(choicesOf(routes.owners, whole, ({ owner }) => owner))),
    ...label('legal', fill(choicesOf([routes.legal], whole, () => 'true'))),
  };
}

function label(name: string, value: string): Readonly<Record<string, string>> {
  return value === '' ? {} : { [name]: value };
}

function choicesOf<T extends RouteMatch>(
  matches: readonly T[],
  { name, slo, labels }: Subject,
  resultOf: (match: T) => string,
): { readonly choices: readonly Choice[]; readonly otherwise: string } {
  const by = (one: SubjectLabel, valuesOf: (match: T) => readonly string[]): Choice[] =>
    labels.includes(one)
      ? matches.map((match) => ({ label: one, values: valuesOf(match), result: resultOf(match) }))
      : [];
  const choices = [...by('policy', ({ policies }) => policies), ...by('service', ({ services }) => services)];
  const fixed =
    matches.find(({ slos }) => slo !== null && slos.includes(slo)) ??
    matches.find(({ alerts }) => alerts.includes(name));
  return {
    choices: choices.filter(({ values }) => values.length > 0),
    otherwise: fixed === undefined ? '' : resultOf(fixed),
  };
}

function render({ choices, otherwise }: ReturnType<typeof choicesOf>): string {
  if (choices.length === 0) return otherwise;
  const branches = choices.map(({ label: name, values, result }, index) => {
    const condition = `eq $labels.${name} ${values.map((value) => `"${value}"`).join(' ')}`;
    return `{{ ${index === 0 ? 'if' : 'else if'} ${condition} }}${result}`;
  });
  return `${branches.join('')}{{ else }}${otherwise}{{ end }}`;
}
