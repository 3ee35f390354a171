/** Which part of Docket may import which. Every rule has a file under test/architecture/fixtures that breaks it. */

const VENDOR_FOLDERS = {
  kafkajs: 'platform/kafka',
  '@clickhouse/client': 'platform/clickhouse',
  'prom-client': 'platform/prometheus',
  pino: 'platform/log',
  fastify: 'platform/http',
  chdb: 'stack/clickhouse',
};
const TESTS = '(\\.test\\.ts$|^test/)';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that import each other cannot be understood apart.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-imports-only-domain',
      comment: 'The domain is pure: it may use the domain, and libraries that compute.',
      severity: 'error',
      from: { path: '^domain/', pathNot: TESTS },
      to: {
        pathNot: [
          '^domain/',
          'node_modules/(cephes|libphonenumber-js|zod)/',
          '^(node:)?(crypto|buffer|util)$',
        ],
      },
    },
    {
      name: 'services-do-not-import-each-other',
      comment: 'Each service runs alone; what two of them need belongs to the domain or the platform.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'only-the-edge-of-a-service-imports-platform',
      comment:
        'The inside of a service speaks to its ports; service.ts, main.ts, config.ts and drivers/ bring vendors in.',
      severity: 'error',
      from: {
        path: '^services/[^/]+/',
        pathNot: ['^services/[^/]+/(service|main|config)\\.ts$', '^services/[^/]+/drivers/', TESTS],
      },
      to: { path: '^platform/' },
    },
    {
      name: 'platform-knows-no-service',
      comment: 'The platform is what services stand on.',
      severity: 'error',
      from: { path: '^platform/' },
      to: { path: '^(services|sdk|cli|stack|domain)/' },
    },
    {
      name: 'sdk-imports-domain-and-kafka-only',
      comment: 'The SDK lives in other people’s processes: it brings along as little as it can.',
      severity: 'error',
      from: { path: '^sdk/', pathNot: TESTS },
      to: { path: '^(services|cli|stack|platform/(?!kafka/))' },
    },
    {
      name: 'nothing-imports-tests',
      comment: 'What tests need stays with the tests.',
      severity: 'error',
      from: { pathNot: TESTS },
      to: { path: TESTS },
    },
    ...Object.entries(VENDOR_FOLDERS).map(([vendor, folder]) => ({
      name: `one-folder-for-${vendor.replace(/[@/]+/g, '-').replace(/^-/, '')}`,
      comment: `${vendor} is imported in ${folder} only, so that it can be replaced there.`,
      severity: 'error',
      from: { pathNot: [`^${folder}/`, TESTS] },
      to: { path: `node_modules/${vendor}/` },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
