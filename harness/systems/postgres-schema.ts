// What a drill says of a PostgreSQL: where it is, and whose connections there are the deployment's.
import { z } from 'zod';
import { environmentVariable } from './environment.ts';

const nameBytesMax = 63;
const databaseName = /^\/[^/]+$/;

export const postgresSchema = z
  .strictObject({
    use: z.literal('postgres'),
    /** `postgres://host:port/database`: the server itself, no pooler in front of it. */
    url: z
      .url({
        protocol: /^postgres(ql)?$/,
        hostname: /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)$/i,
        error: 'an address such as postgres://127.0.0.1:5432/clinic',
      })
      .refine((url) => new URL(url).username === '' && new URL(url).password === '', {
        error: 'must hold no user and password; name their environment variables as userEnv and passwordEnv',
      })
      .refine((url) => databaseName.test(new URL(url).pathname), {
        error: 'must name the database, as in postgres://127.0.0.1:5432/clinic',
      })
      .refine((url) => new URL(url).search === '', { error: 'must have no query; say `tls: true` for sslmode' }),
    userEnv: environmentVariable,
    passwordEnv: environmentVariable.optional(),
    tls: z.literal(true).optional(),
    /** Certificate of one's own authority, PEM; with it TLS is spoken. */
    caFile: z.string().min(1).optional(),
    /** The role that the deployment signs in as. Only its connections are touched, only in the database of the address. */
    role: z.string().min(1).max(nameBytesMax),
    /** Only those of that `application_name`. */
    application: z.string().min(1).max(nameBytesMax).optional(),
    /** `table` or `schema.table`, for postgres-lock. */
    lockTable: z
      .string()
      .regex(/^[^."]+(\.[^."]+)?$/, 'a table, as in consultations or public.consultations')
      .optional(),
    /** What may be done to it. */
    faults: z.array(z.enum(['postgres-cut', 'postgres-lock', 'postgres-exhaust', 'postgres-readonly'])).min(1),
  })
  .refine(({ faults, lockTable }) => lockTable !== undefined || !faults.includes('postgres-lock'), {
    path: ['lockTable'],
    error: 'postgres-lock needs the table that it is to lock',
  });
export type PostgresConfig = z.infer<typeof postgresSchema>;
