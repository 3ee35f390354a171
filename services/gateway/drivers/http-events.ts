import { HttpProblem } from '../../../platform/http/http-problem.ts';
import type { FastifyInstance } from '../../../platform/http/server.ts';
import { createEventIntake, type EventIntakeOptions, type EventsAnswer } from '../accept-events.ts';
import type { EventRoute } from '../event-routes.ts';
import type { Authenticate } from '../ports.ts';
import { identify } from './http-access.ts';
import { bodyProblem, type IntakeOptions, useBody } from './http-intake.ts';

export interface EventRoutesOptions extends IntakeOptions, EventIntakeOptions {
  readonly authenticate: Authenticate;
  readonly routes: readonly EventRoute[];
}

/** The routes that take our own JSON. */
export function addEventRoutes(server: FastifyInstance, options: EventRoutesOptions): void {
  for (const route of options.routes) {
    const take = createEventIntake(route, options);
    server.post(route.path, async (request, reply) => {
      const identity = identify(request, options.authenticate, route.roles);
      if (!isJson(request.headers['content-type'])) {
        throw new HttpProblem(415, 'unsupported_media_type', 'Send Content-Type: application/json.');
      }
      const answer = await useBody(request, options, async (body) => {
        if (body.ok) return take(body.json, identity);
        throw body.fault === 'too_much_in_flight'
          ? new Error(body.fault)
          : bodyProblem(body.fault, options.limits);
      });
      const { status, body } = toReply(answer);
      return reply.code(status).send(body);
    });
  }
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType ?? '');
}

function toReply(answer: EventsAnswer): { status: number; body: object } {
  switch (answer.kind) {
    case 'accepted':
      return { status: 202, body: { accepted: answer.accepted } };
    case 'tenant_mismatch': {
      const message = 'tenant_id is not the tenant of the token; leave it out, or use that tenant’s token.';
      throw new HttpProblem(403, 'tenant_mismatch', message);
    }
    case 'too_many_events':
      throw new HttpProblem(
        413,
        'too_many_events',
        `Send at most ${answer.maximum} events at once, in several requests.`,
      );
    case 'event_too_large': {
      const message = `${answer.path} is larger than 1 MiB when encoded; shorten it. None was accepted.`;
      throw new HttpProblem(413, 'event_too_large', message);
    }
    case 'invalid': {
      const message = 'None of the events was accepted. Correct what is listed and send them again.';
      const { problems, total } = answer;
      return { status: 422, body: { error: { code: 'invalid_events', message, problems, total } } };
    }
  }
}
