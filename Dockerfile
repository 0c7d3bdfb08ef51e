# One image for `payouts worker`, `migrate`, `webhooks` and `sandbox`: what the build made, what it needs to run, and no root.
# Check another base image as a change of its own: Temporal's worker brings a binary that wants glibc, so no Alpine.

FROM node:24.18.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
COPY workflows ./workflows
COPY activities ./activities
RUN npm run build

FROM node:24.18.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts
# Temporal's worker brings its binary for five kinds of machines: 110 MB that no container of this kind runs.
RUN cd node_modules/@temporalio/core-bridge/releases && ls "$(uname -m)-unknown-linux-gnu" && \
    find . -mindepth 1 -maxdepth 1 ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -rf {} +

FROM node:24.18.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/package.json ./
COPY --from=build /app/dist ./dist
USER node
ENTRYPOINT ["node", "dist/src/cli/main.js"]
CMD ["worker"]
# No HEALTHCHECK: it would be another for each command. docker-compose.yml has them, and docs/OPERATING.md says what they ask.
