-- Matters that are written down with a clock, and what people have agreed to.
CREATE TABLE cases (
    tenant          text        NOT NULL DEFAULT current_setting('app.tenant', true),
    case_id         uuid        NOT NULL,
    kind            text        NOT NULL,
    reference       text        NOT NULL,
    conversation_id uuid        NOT NULL,
    subject_id      uuid        NOT NULL,
    owner           text        NOT NULL,
    opened_at       timestamptz NOT NULL,  -- when the first words came
    due_on          date        NOT NULL,  -- the first clock
    answer_on       date        NOT NULL,  -- the last clock
    closed_at       timestamptz,
    outcome         text,                  -- a code, never words
    PRIMARY KEY (tenant, case_id),
    FOREIGN KEY (tenant, conversation_id) REFERENCES conversations
);
CREATE UNIQUE INDEX ON cases (tenant, reference);
CREATE INDEX cases_open ON cases (tenant, subject_id, kind) WHERE closed_at IS NULL;
CREATE INDEX ON cases (tenant, kind, opened_at);

CREATE TABLE case_facts (
    tenant    text        NOT NULL DEFAULT current_setting('app.tenant', true),
    fact_id   uuid        NOT NULL,
    reference text        NOT NULL,
    sealed    bytea       NOT NULL,  -- what the customer said of it, typed
    filed_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant, fact_id)
);
CREATE INDEX ON case_facts (tenant, reference);

-- What somebody has agreed to or withdrawn: the latest row counts, none is ever changed (GDPR 7(1)).
CREATE TABLE consents (
    tenant     text        NOT NULL DEFAULT current_setting('app.tenant', true),
    consent_id uuid        NOT NULL,
    subject_id uuid        NOT NULL,
    purpose    text        NOT NULL,
    given      boolean     NOT NULL,
    channel    text        NOT NULL,
    wording    text        NOT NULL,  -- the pack's version whose words were agreed to
    at         timestamptz NOT NULL,
    PRIMARY KEY (tenant, consent_id)
);
CREATE INDEX ON consents (tenant, subject_id, purpose, at);

ALTER TABLE obligations ADD COLUMN source text NOT NULL DEFAULT '';
ALTER TABLE obligations ADD COLUMN alert_at timestamptz;
ALTER TABLE obligations ADD COLUMN alerted_at timestamptz;
-- Not an UPDATE: row-level security shows no row to whoever migrates, and a rewrite sees them all.
ALTER TABLE obligations ALTER COLUMN alert_at TYPE timestamptz USING due_at;
ALTER TABLE obligations ALTER COLUMN alert_at SET NOT NULL;
CREATE INDEX obligations_to_alert ON obligations (tenant, alert_at) WHERE closed_at IS NULL AND alerted_at IS NULL;
CREATE INDEX ON obligations (tenant, reference);
