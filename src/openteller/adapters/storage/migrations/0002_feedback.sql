-- What customers say of an answer, and whether their matter is settled: a mark, never words.
CREATE TABLE feedback (
    tenant          text        NOT NULL DEFAULT current_setting('app.tenant', true),
    conversation_id uuid        NOT NULL,
    about           text        NOT NULL,  -- the turn that a thumb is about, or the question that "solved?" was
    kind            text        NOT NULL,  -- thumb, solved, solved_later
    good            boolean     NOT NULL,
    at              timestamptz NOT NULL,
    PRIMARY KEY (tenant, conversation_id, kind, about),
    FOREIGN KEY (tenant, conversation_id) REFERENCES conversations
);
CREATE INDEX ON feedback (tenant, at);
CREATE INDEX ON turns (tenant, decided_at);
CREATE INDEX audit_flows ON audit_events (tenant, correlation) WHERE kind = 'flow.finished';
