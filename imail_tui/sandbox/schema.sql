-- Tables of one ledger. Times are integer milliseconds since the Unix epoch (world time), dates are UTC
-- 'YYYY-MM-DD', booleans 0/1, JSON is text exactly as it was sent. Indexes and triggers: indexes.sql.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE workspace (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('live', 'test')),
  timezone TEXT NOT NULL,
  classification_enabled INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL
);

CREATE TABLE api_key (
  key TEXT PRIMARY KEY,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) WITHOUT ROWID;

CREATE TABLE inbox (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL COLLATE NOCASE UNIQUE,
  display_name TEXT,
  provider TEXT NOT NULL CHECK (provider IN ('google', 'microsoft', 'smtp')),
  status TEXT NOT NULL CHECK (status IN ('pending_setup', 'connected', 'disconnected', 'paused', 'error')),
  status_reason TEXT,
  setup_token TEXT,
  smtp TEXT,                              -- JSON {host, port, username, security}: passwords are not kept
  imap TEXT,
  daily_limit INTEGER NOT NULL,
  min_gap_seconds INTEGER NOT NULL,
  warmup_enabled INTEGER NOT NULL DEFAULT 0,
  warmup_status TEXT NOT NULL DEFAULT 'off'
    CHECK (warmup_status IN ('off', 'warming', 'ready', 'threshold_paused')),
  warmup_day INTEGER NOT NULL DEFAULT 0,
  warmup_target INTEGER NOT NULL DEFAULT 0,
  warmup_score INTEGER NOT NULL DEFAULT 0,
  spam_rate REAL NOT NULL DEFAULT 0,
  health_score INTEGER NOT NULL DEFAULT 100,
  spf TEXT NOT NULL DEFAULT 'unknown',
  dkim TEXT NOT NULL DEFAULT 'unknown',
  dmarc TEXT NOT NULL DEFAULT 'unknown',
  last_sync_at INTEGER,
  last_sent_at INTEGER,
  disconnected_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

-- What a day of an inbox adds to the counts of `daily` (sent and bounced come from there).
CREATE TABLE inbox_day (
  inbox_id TEXT NOT NULL REFERENCES inbox (id) ON DELETE CASCADE,
  date TEXT NOT NULL,
  warmup_sent INTEGER NOT NULL DEFAULT 0,
  warmup_score INTEGER NOT NULL DEFAULT 0,
  spam_rate REAL NOT NULL DEFAULT 0,
  connected_seconds INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (inbox_id, date)
) WITHOUT ROWID;

CREATE TABLE campaign (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('draft', 'active', 'paused', 'completed', 'archived')),
  steps TEXT NOT NULL,                    -- JSON list as sent: an absent `next` stays absent, a null one null
  step_count INTEGER NOT NULL,
  daily_limit INTEGER,                    -- null: the tier's maximum
  send_window TEXT,                       -- JSON; null: 9-17 weekdays in the lead's zone
  track_opens INTEGER NOT NULL DEFAULT 1,
  track_clicks INTEGER NOT NULL DEFAULT 1,
  stop_on_reply INTEGER NOT NULL DEFAULT 1,
  edited INTEGER NOT NULL DEFAULT 0,      -- 1: its leads' next steps are still those of the sequence before
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE campaign_inbox (
  campaign_id TEXT NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  inbox_id TEXT NOT NULL,
  PRIMARY KEY (campaign_id, position)
) WITHOUT ROWID;

CREATE TABLE lead (
  no INTEGER PRIMARY KEY,                 -- row number of the search index
  id TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL COLLATE NOCASE,     -- unique by index
  domain TEXT GENERATED ALWAYS AS (lower(substr(email, instr(email, '@') + 1))) VIRTUAL,
  first_name TEXT,
  last_name TEXT,
  company TEXT,
  title TEXT,
  phone TEXT,
  website TEXT,
  linkedin_url TEXT,
  city TEXT,
  state TEXT,
  country TEXT,
  timezone TEXT,
  custom TEXT NOT NULL DEFAULT '{}',      -- JSON object
  verification TEXT NOT NULL DEFAULT 'unknown',
  classification TEXT,                    -- label of the lead's latest classified reply
  suppressed INTEGER NOT NULL DEFAULT 0,  -- kept by suppressions.py
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  last_contacted_at INTEGER
);

CREATE TABLE enrollment (
  campaign_id TEXT NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
  lead_id TEXT NOT NULL REFERENCES lead (id) ON DELETE CASCADE,
  status TEXT NOT NULL
    CHECK (status IN ('queued', 'active', 'paused', 'replied', 'completed', 'bounced', 'unsubscribed')),
  step_id TEXT,                           -- where the lead stands; null before the first step and after the last
  next_at INTEGER,                        -- when that step is due; null and queued: at once
  inbox_id TEXT,                          -- the sender, the same for all mails of the lead
  enrolled_at INTEGER NOT NULL,
  standing TEXT,                          -- JSON of the sequence engine; null: has not entered
  PRIMARY KEY (campaign_id, lead_id)
) WITHOUT ROWID;

-- Leads of a campaign by enrollment status, kept by triggers.
CREATE TABLE enrollment_count (
  campaign_id TEXT NOT NULL,
  status TEXT NOT NULL,
  leads INTEGER NOT NULL,
  PRIMARY KEY (campaign_id, status)
) WITHOUT ROWID;

-- How many leads ever arrived at a step.
CREATE TABLE step_reach (
  campaign_id TEXT NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
  step_id TEXT NOT NULL,
  reached INTEGER NOT NULL,
  PRIMARY KEY (campaign_id, step_id)
) WITHOUT ROWID;

CREATE TABLE suppression (
  value TEXT PRIMARY KEY,                 -- lower-case address or domain
  reason TEXT NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

-- One mail of a sequence to one lead; the history before the seeded window has counts only.
CREATE TABLE mail (
  id TEXT PRIMARY KEY,                    -- also the id of its message when the lead has a thread
  campaign_id TEXT NOT NULL,
  lead_id TEXT NOT NULL REFERENCES lead (id) ON DELETE CASCADE,
  step_id TEXT NOT NULL,
  variant_id TEXT NOT NULL,               -- '': the step's own copy
  inbox_id TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  opened_at INTEGER,                      -- first open, first click, first human reply
  clicked_at INTEGER,
  replied_at INTEGER,
  bounced_at INTEGER,
  label TEXT                              -- latest label of a human reply to it
) WITHOUT ROWID;

-- What will still happen to mails, inboxes and replies, in the order of (due_at, no).
CREATE TABLE effect (
  no INTEGER PRIMARY KEY,
  due_at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,               -- mail, reply or inbox id
  data TEXT NOT NULL DEFAULT '{}'
);

CREATE TABLE thread (
  id TEXT PRIMARY KEY,
  lead_id TEXT REFERENCES lead (id) ON DELETE SET NULL,
  campaign_id TEXT,
  inbox_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE message (
  no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  thread_id TEXT NOT NULL REFERENCES thread (id) ON DELETE CASCADE,
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  from_email TEXT NOT NULL,
  to_email TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  html TEXT,
  at INTEGER NOT NULL,                    -- sent, received, or scheduled for
  step_id TEXT,                           -- of a sequence mail
  inbox_id TEXT,
  status TEXT NOT NULL DEFAULT 'sent'
    CHECK (status IN ('received', 'scheduled', 'sent', 'cancelled', 'failed')),
  error TEXT
);

CREATE TABLE reply (
  no INTEGER PRIMARY KEY,                 -- row number of the search index
  id TEXT NOT NULL UNIQUE,
  thread_id TEXT NOT NULL,
  message_id TEXT NOT NULL,               -- its text and html
  mail_id TEXT,                           -- the mail it answers
  from_email TEXT NOT NULL,
  lead_id TEXT REFERENCES lead (id) ON DELETE SET NULL,
  campaign_id TEXT,
  step_id TEXT,
  inbox_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  snippet TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  is_auto INTEGER NOT NULL DEFAULT 0,
  read INTEGER NOT NULL DEFAULT 0,
  done INTEGER NOT NULL DEFAULT 0,
  snoozed_until INTEGER,
  label TEXT,
  confidence REAL,                        -- null when a human chose the label
  label_source TEXT CHECK (label_source IN ('ai', 'human')),
  ai_label TEXT,
  ai_confidence REAL,
  positive_on TEXT                        -- date whose daily.positive_replied counts it; kept by labels.py
);

-- The ledger, append-only; its order is `seq`.
CREATE TABLE event (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  data TEXT NOT NULL,                     -- JSON, the payload's `data`
  campaign_id TEXT,
  inbox_id TEXT,
  lead_id TEXT
);

-- Raw counts by day; '' for no campaign, step or variant (a variant '' is the step's own copy).
CREATE TABLE daily (
  date TEXT NOT NULL,
  campaign_id TEXT NOT NULL,
  inbox_id TEXT NOT NULL,
  step_id TEXT NOT NULL,
  variant_id TEXT NOT NULL,
  sent INTEGER NOT NULL DEFAULT 0,
  delivered INTEGER NOT NULL DEFAULT 0,
  opened INTEGER NOT NULL DEFAULT 0,
  unique_opened INTEGER NOT NULL DEFAULT 0,
  clicked INTEGER NOT NULL DEFAULT 0,
  unique_clicked INTEGER NOT NULL DEFAULT 0,
  replied INTEGER NOT NULL DEFAULT 0,
  positive_replied INTEGER NOT NULL DEFAULT 0,
  auto_replied INTEGER NOT NULL DEFAULT 0,
  bounced_hard INTEGER NOT NULL DEFAULT 0,
  bounced_soft INTEGER NOT NULL DEFAULT 0,
  unsubscribed INTEGER NOT NULL DEFAULT 0,
  contacted INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (date, campaign_id, inbox_id, step_id, variant_id)
) WITHOUT ROWID;

CREATE TABLE webhook (
  id TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  events TEXT NOT NULL,                   -- JSON list of types
  description TEXT,
  active INTEGER NOT NULL DEFAULT 1,
  api_version TEXT NOT NULL,
  secret TEXT NOT NULL,
  old_secrets TEXT NOT NULL DEFAULT '[]', -- JSON list of [secret, valid until], the newest first
  seen_seq INTEGER NOT NULL DEFAULT 0,    -- the last event that was made a delivery of, or left out
  failing_since INTEGER,                  -- the first failure since the last success
  disabled_at INTEGER,
  disabled_reason TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE delivery (
  no INTEGER PRIMARY KEY,                 -- the order they were made in
  id TEXT NOT NULL UNIQUE,
  webhook_id TEXT NOT NULL REFERENCES webhook (id) ON DELETE CASCADE,
  event_id TEXT NOT NULL,
  type TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('pending', 'delivered', 'failed', 'abandoned')),
  attempt INTEGER NOT NULL DEFAULT 0,
  attempts_before INTEGER NOT NULL DEFAULT 0,  -- those before it was last asked for again
  started_at INTEGER NOT NULL,            -- what its backoff counts from
  response_status INTEGER,
  response_ms INTEGER,
  next_attempt_at INTEGER,                -- null: on its way, or nothing more to do
  payload TEXT NOT NULL,                  -- the body, as it is sent
  created_at INTEGER NOT NULL
);

-- What callers did, append-only; its order is `seq` (acts.py, and triggers for the rows they make).
CREATE TABLE act (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject_id TEXT,
  data TEXT NOT NULL                      -- JSON object
);

CREATE TABLE idempotency (
  api_key TEXT NOT NULL,
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  key TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  status INTEGER,                         -- null: still running
  headers TEXT,                           -- JSON
  body BLOB,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (api_key, method, path, key)
) WITHOUT ROWID;
