// The tables. Patients and accounts are numbered apart, and clinicians have accounts too, so patient n and account n are different people.

export const schemaSql = `
create table accounts (
  number integer generated always as identity primary key,
  clinician text unique
);
create table clinicians (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  email text not null unique,
  password_hash text not null,
  practice_id text not null,
  practice_name text not null
);
create table patients (
  id uuid primary key default gen_random_uuid(),
  number integer generated always as identity unique,
  account_number integer not null unique references accounts,
  given_name text not null,
  surname text not null,
  birth_date text not null,
  email text not null unique,
  telephone text not null,
  nhs_number text not null,
  practice_id text not null,
  practice_name text not null,
  clinician_name text not null,
  -- Who treats them now; null where their clinician does not sign in here.
  clinician_id uuid references clinicians on delete set null,
  -- Grows with each move to another practice: a consultation is its clinician's only while it is of the care that goes on.
  care_version integer not null default 1,
  password_hash text not null,
  -- Grows with each change to what the history shows: the cached list is kept under it, so an old list is never asked for again.
  history_version integer not null default 1,
  -- Grows with each consent that is taken back: one that was asked for before that must not come about after it.
  consent_version integer not null default 1
);
create index on patients (clinician_id);
-- A patient's or a clinician's, never both.
create table sessions (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid references patients on delete cascade,
  clinician_id uuid references clinicians on delete cascade,
  created_at timestamptz not null default now(),
  rotated_at timestamptz not null default now(),
  revoked_at timestamptz,
  check (num_nonnulls(patient_id, clinician_id) = 1)
);
create index on sessions (patient_id);
create index on sessions (clinician_id);
create table session_tokens (
  id uuid primary key default gen_random_uuid(),
  hash text not null unique,
  session_id uuid not null references sessions on delete cascade,
  issued_at timestamptz not null default now(),
  first_used_at timestamptz,
  superseded_at timestamptz
);
create index on session_tokens (session_id);
create table consultations (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references patients on delete cascade,
  title text not null,
  note text not null,
  starts_at timestamptz not null,
  modality text not null,
  clinician text not null,
  clinician_id uuid references clinicians on delete set null,
  care_version integer not null,
  file_name text not null,
  status text not null,
  idempotency_key text,
  -- The call that is going on, and which of its recorded segments.
  call_key text,
  segment integer,
  unique (patient_id, idempotency_key)
);
create index on consultations (patient_id, starts_at desc, id desc);
create index on consultations (clinician_id, starts_at desc, id desc);
-- For the release that numbers consultations itself (bugs/id-reuse-after-failover.ts); the correct one lets nobody guess an id.
create table consultation_count (value bigint not null);
insert into consultation_count values (0);
create function next_consultation_id() returns uuid language sql volatile as $$
  update consultation_count set value = value + 1
  returning ('00000000-0000-4000-8000-' || lpad(value::text, 12, '0'))::uuid
$$;
-- A consultation's calls; recordings belong to a call.
create table calls (
  consultation_id uuid not null references consultations on delete cascade,
  key text not null,
  primary key (consultation_id, key)
);
create index on calls (key);
create table recordings (
  id uuid primary key default gen_random_uuid(),
  consultation_id uuid not null references consultations on delete cascade,
  call_key text not null,
  segment integer not null,
  title text not null,
  file_name text not null,
  status text not null,
  size_bytes integer not null default 0,
  -- Where its bytes are in the object store.
  object_key text not null,
  unique (consultation_id, segment)
);
create index on recordings (call_key);
create table jobs (
  id bigint generated always as identity primary key,
  recording_id uuid not null references recordings on delete cascade,
  incoming_key text not null,
  leased_until timestamptz not null default now(),
  lease uuid,
  attempt_count integer not null default 0
);
create index on jobs (recording_id);
-- Thumbnails to be made: urgent ones of calls that have just ended, and the others once somebody looks.
create table thumbnail_jobs (
  id bigint generated always as identity primary key,
  recording_id uuid not null unique references recordings on delete cascade,
  urgent boolean not null,
  leased_until timestamptz not null default now(),
  lease uuid,
  attempt_count integer not null default 0
);
create table proxies (
  owner_id uuid not null references patients on delete cascade,
  proxy_id uuid not null references patients on delete cascade,
  primary key (owner_id, proxy_id)
);
create index on proxies (proxy_id);
-- What happened to a patient's consultations, for their live streams; kept for a minute, so that a stream that was cut can catch up.
create table events (
  id uuid primary key default gen_random_uuid(),
  -- Microseconds since 1970: unlike a counter they go on where they were, even in a database that lost its last writes.
  at_us bigint not null default (extract(epoch from clock_timestamp()) * 1000000)::bigint,
  patient_id uuid not null references patients on delete cascade,
  kind text not null,
  consultation_id uuid not null,
  title text not null
);
create index on events (at_us);
create index on events (patient_id, at_us);
-- The outbox: notices that the mail provider has not accepted yet, at most fifty for a patient.
create table notices (
  id uuid primary key default gen_random_uuid(),
  created_at timestamptz not null default clock_timestamp(),
  patient_id uuid not null references patients on delete cascade,
  kind text not null,
  consultation_id uuid not null,
  title text not null,
  leased_until timestamptz not null default now(),
  lease uuid
);
create index on notices (created_at);
create index on notices (patient_id);
create function event_noticed() returns trigger language plpgsql as $$
begin
  if new.kind in ('booked', 'recording-ready') and (select count(*) from notices where patient_id = new.patient_id) < 50 then
    insert into notices (patient_id, kind, consultation_id, title) values (new.patient_id, new.kind, new.consultation_id, new.title);
  end if;
  return null;
end $$;
create trigger event_noticed after insert on events for each row execute function event_noticed();
-- Mailboxes of erased patients that the provider has yet to close.
create table closed_inboxes (
  patient_id uuid primary key,
  email text not null
);
create table exports (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references patients on delete cascade,
  status text not null default 'working',
  created_at timestamptz not null default clock_timestamp(),
  size_bytes integer not null default 0,
  leased_until timestamptz not null default now(),
  lease uuid,
  attempt_count integer not null default 0
);
create index on exports (patient_id);
create index on exports (created_at);
`;
