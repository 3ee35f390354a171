# One image for every service and for the command line: docker-compose.yml says which of them runs.
FROM node:24-slim

WORKDIR /app
ENV NODE_ENV=production

# Not `npm ci`: the lock file holds no packages of other platforms, and it would refuse it. The optional packages are
# Node itself, which is here already.
COPY package.json package-lock.json ./
RUN npm install --no-save --ignore-scripts --no-audit --no-fund --omit=dev --omit=optional \
    && npm cache clean --force

COPY domain ./domain
COPY platform ./platform
COPY schemas ./schemas
COPY services ./services
COPY cli ./cli
COPY config/slos ./config/slos
COPY config/alert-routes.yaml ./config/alert-routes.yaml
COPY deploy/prometheus ./deploy/prometheus

# Volumes take their owner from the folder that they are mounted over.
RUN mkdir -p /var/lib/docket/vault /var/lib/docket/keks /var/lib/docket/backups \
    && chown -R node:node /var/lib/docket

USER node
CMD ["node", "cli/main.ts", "--help"]
