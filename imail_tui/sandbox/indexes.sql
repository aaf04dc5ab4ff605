-- Made after a bulk load: one build of an index is far cheaper than a million insertions into it.
-- A list sorted by X pages by (X, id) or (X, no); ids are ULIDs, so id order is creation order.

CREATE UNIQUE INDEX lead_email ON lead (email);
CREATE INDEX lead_domain ON lead (domain);
CREATE INDEX lead_created ON lead (created_at, id);
CREATE INDEX lead_updated ON lead (updated_at, id);

CREATE INDEX enrollment_lead ON enrollment (lead_id);
CREATE INDEX enrollment_status ON enrollment (campaign_id, status, lead_id);
CREATE INDEX enrollment_due ON enrollment (campaign_id, next_at, lead_id, status)
  WHERE status IN ('queued', 'active');

CREATE INDEX campaign_inbox_inbox ON campaign_inbox (inbox_id);
CREATE INDEX inbox_updated ON inbox (updated_at, id);

CREATE UNIQUE INDEX mail_once ON mail (lead_id, campaign_id, step_id);
CREATE INDEX mail_sent ON mail (sent_at);
CREATE INDEX effect_due ON effect (due_at, no);

CREATE INDEX thread_lead ON thread (lead_id, campaign_id);
CREATE INDEX message_thread ON message (thread_id, at);
CREATE INDEX message_scheduled ON message (at) WHERE status = 'scheduled';
CREATE INDEX message_status ON message (status, no) WHERE status NOT IN ('received', 'sent');
CREATE INDEX reply_received ON reply (received_at, id);
CREATE INDEX reply_updated ON reply (updated_at, id);
CREATE INDEX reply_campaign ON reply (campaign_id, received_at, id);
CREATE INDEX reply_inbox ON reply (inbox_id, received_at, id);
CREATE INDEX reply_label ON reply (label, received_at, id);
CREATE INDEX reply_unread ON reply (received_at, id) WHERE read = 0;
CREATE INDEX reply_lead ON reply (lead_id);

CREATE INDEX event_type ON event (type, seq);
CREATE INDEX event_campaign ON event (campaign_id, seq) WHERE campaign_id IS NOT NULL;
CREATE INDEX event_inbox ON event (inbox_id, seq) WHERE inbox_id IS NOT NULL;
CREATE INDEX event_lead ON event (lead_id, seq) WHERE lead_id IS NOT NULL;

CREATE INDEX daily_campaign ON daily (campaign_id, date, sent, replied);
CREATE INDEX daily_inbox ON daily (inbox_id, date, sent, bounced_hard, bounced_soft);

CREATE INDEX delivery_webhook ON delivery (webhook_id, no);
CREATE INDEX delivery_due ON delivery (next_attempt_at, webhook_id) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX delivery_next ON delivery (webhook_id, next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE INDEX delivery_open ON delivery (webhook_id) WHERE status IN ('pending', 'failed');
CREATE INDEX idempotency_created ON idempotency (created_at);

INSERT INTO enrollment_count (campaign_id, status, leads)
  SELECT campaign_id, status, count(*) FROM enrollment GROUP BY campaign_id, status;

CREATE TRIGGER enrollment_added AFTER INSERT ON enrollment BEGIN
  INSERT INTO enrollment_count VALUES (new.campaign_id, new.status, 1)
    ON CONFLICT DO UPDATE SET leads = leads + 1;
END;
CREATE TRIGGER enrollment_moved AFTER UPDATE OF status ON enrollment WHEN old.status <> new.status BEGIN
  UPDATE enrollment_count SET leads = leads - 1
    WHERE campaign_id = old.campaign_id AND status = old.status;
  INSERT INTO enrollment_count VALUES (new.campaign_id, new.status, 1)
    ON CONFLICT DO UPDATE SET leads = leads + 1;
END;
CREATE TRIGGER enrollment_removed AFTER DELETE ON enrollment BEGIN
  UPDATE enrollment_count SET leads = leads - 1
    WHERE campaign_id = old.campaign_id AND status = old.status;
END;

-- Search: words and their beginnings, accents ignored. Newest first is `ORDER BY rowid DESC`.
CREATE VIRTUAL TABLE lead_search USING fts5 (
  email, first_name, last_name, company,
  content = 'lead', content_rowid = 'no', detail = 'full', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO lead_search (lead_search) VALUES ('rebuild');
CREATE TRIGGER lead_search_added AFTER INSERT ON lead BEGIN
  INSERT INTO lead_search (rowid, email, first_name, last_name, company)
    VALUES (new.no, new.email, new.first_name, new.last_name, new.company);
END;
CREATE TRIGGER lead_search_removed AFTER DELETE ON lead BEGIN
  INSERT INTO lead_search (lead_search, rowid, email, first_name, last_name, company)
    VALUES ('delete', old.no, old.email, old.first_name, old.last_name, old.company);
END;
CREATE TRIGGER lead_search_changed
  AFTER UPDATE OF email, first_name, last_name, company ON lead BEGIN
  INSERT INTO lead_search (lead_search, rowid, email, first_name, last_name, company)
    VALUES ('delete', old.no, old.email, old.first_name, old.last_name, old.company);
  INSERT INTO lead_search (rowid, email, first_name, last_name, company)
    VALUES (new.no, new.email, new.first_name, new.last_name, new.company);
END;

-- Replies are never deleted and their text never changes, so their index needs no content of its own.
CREATE VIRTUAL TABLE reply_search USING fts5 (
  from_email, subject, text, content = '', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO reply_search (rowid, from_email, subject, text)
  SELECT r.no, r.from_email, r.subject, m.text FROM reply r JOIN message m ON m.id = r.message_id;
CREATE TRIGGER reply_search_added AFTER INSERT ON reply BEGIN
  INSERT INTO reply_search (rowid, from_email, subject, text)
    SELECT new.no, new.from_email, new.subject, m.text FROM message m WHERE m.id = new.message_id;
END;

-- What callers make records itself (acts.py); the world makes none of these by itself.
CREATE TRIGGER lead_made AFTER INSERT ON lead BEGIN
  INSERT INTO act (at, kind, subject_id, data)
    VALUES (new.created_at, 'lead.created', new.id, json_object('email', new.email));
END;
CREATE TRIGGER lead_changed AFTER UPDATE OF email ON lead BEGIN
  INSERT INTO act (at, kind, subject_id, data)
    VALUES (new.updated_at, 'lead.updated', new.id, json_object('email', new.email));
END;
CREATE TRIGGER enrollment_made AFTER INSERT ON enrollment BEGIN
  INSERT INTO act (at, kind, subject_id, data)
    VALUES (new.enrolled_at, 'lead.enrolled', new.lead_id, json_object('campaign_id', new.campaign_id));
END;

CREATE INDEX campaign_edited ON campaign (id) WHERE edited = 1;
CREATE TRIGGER campaign_edited AFTER UPDATE OF steps, send_window ON campaign
  WHEN old.steps IS NOT new.steps OR old.send_window IS NOT new.send_window BEGIN
  UPDATE campaign SET edited = 1 WHERE id = new.id;
END;
