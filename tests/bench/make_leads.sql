-- Brings the leads of an Odoo 19 database up to a number, in seconds: psql -v leads=200000 -f make_leads.sql
-- The same leads each time but for their dates, which end today: seven of ten closed, and won more or less often by
-- country, source, tag and team, so that there is something to learn from. Teams, stages, countries and the like are
-- those that the database has.
\set ON_ERROR_STOP on
\if :{?leads} \else \set leads 30000 \endif

BEGIN;
-- Every id below is read from its own table, so looking each of them up again would only cost time.
SET LOCAL session_replication_role = replica;
SELECT setseed(0.2511) \g /dev/null

CREATE TEMP TABLE place ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY (s.states IS NULL), c.id) AS rank, c.id AS country, lower(c.code) AS code, s.states
  FROM res_country c
  LEFT JOIN (SELECT country_id, array_agg(id ORDER BY id) AS states FROM res_country_state GROUP BY 1) s
    ON s.country_id = c.id
 LIMIT 60;

CREATE TEMP TABLE choice ON COMMIT DROP AS
SELECT (SELECT array_agg(id ORDER BY id) FROM crm_team WHERE active) AS teams,
       (SELECT array_agg(id ORDER BY sequence, id) FROM crm_stage s
         WHERE is_won IS NOT TRUE AND sequence < (SELECT min(sequence) FROM crm_stage WHERE is_won)
           AND NOT EXISTS (SELECT FROM crm_stage_crm_team_rel r WHERE r.crm_stage_id = s.id)) AS stages,
       (SELECT id FROM crm_stage WHERE is_won ORDER BY sequence, id LIMIT 1) AS won_stage,
       (SELECT array_agg(id ORDER BY id) FROM res_users WHERE active AND NOT share) AS people,
       (SELECT array_agg(id ORDER BY id) FROM utm_source) AS sources,
       (SELECT array_agg(id ORDER BY id) FROM res_lang WHERE active) AS languages,
       (SELECT array_agg(id ORDER BY id) FROM crm_lost_reason WHERE active) AS reasons,
       string_to_array('Anna Bram Chloe Dries Emma Felix Greta Hugo Ines Jonas Klara Liam Mona Noah', ' ') AS firsts,
       string_to_array('Adams Bauer Claes Dubois Evans Fischer Garcia Hoorn Ivanov Jansen Lopes', ' ') AS lasts;

-- random() is squared where some choices are far more common than others.
CREATE TEMP TABLE roll ON COMMIT DROP AS
SELECT number,
       1 + floor(random() * random() * 60)::int AS place, random() AS has_country, random() AS state,
       random() * random() AS source, random() AS has_source, random() AS language,
       random() AS team, random() AS has_team, random() AS person, random() AS stage,
       random() AS email, random() AS phone, random() AS first, random() AS last,
       random() AS closed, random() AS luck, random() AS age, random() AS pace, random() AS manual,
       random() AS priority, random() AS revenue, random() AS kind,
       ARRAY[random(), random(), random()] AS tags
  FROM generate_series(1, greatest(0, :leads - (SELECT count(*) FROM crm_lead))) AS number;

CREATE TEMP TABLE made ON COMMIT DROP AS
SELECT nextval('crm_lead_id_seq')::int AS id, r.*, p.country, p.code,
       firsts[1 + floor(first * cardinality(firsts))::int] AS first_name,
       lasts[1 + floor(last * cardinality(lasts))::int] AS last_name,
       CASE WHEN state < 0.5 THEN states[1 + floor(state * 2 * cardinality(states))::int] END AS state_id,
       CASE WHEN has_team < 0.9 THEN teams[1 + floor(team * cardinality(teams))::int] END AS team_id,
       stages[1 + floor(stage * cardinality(stages))::int] AS open_stage, won_stage,
       CASE WHEN person < 0.85 THEN people[1 + floor(person / 0.85 * cardinality(people))::int] END AS user_id,
       CASE WHEN has_source < 0.7 THEN sources[1 + floor(source * cardinality(sources))::int] END AS source_id,
       CASE WHEN language < 0.7 THEN languages[1 + floor(language / 0.7 * cardinality(languages))::int] END AS lang_id,
       reasons[1 + floor(luck * cardinality(reasons))::int] AS reason_id,
       CASE WHEN email < 0.82 THEN 'correct' WHEN email < 0.88 THEN 'incorrect' END AS email_state,
       CASE WHEN phone < 0.72 THEN 'correct' WHEN phone < 0.8 THEN 'incorrect' END AS phone_state,
       date_trunc('second', now() at time zone 'UTC') - make_interval(secs => 3600 + age * 240 * 86400) AS created,
       CASE WHEN closed >= 0.7 THEN 'pending'
            WHEN luck < 0.45 - 0.004 * r.place + 0.1 * (tags[1] < 0.25)::int - 0.1 * source
                        + 0.15 * team * (has_team < 0.9)::int THEN 'won'
            ELSE 'lost' END AS status
  FROM roll r JOIN place p ON p.rank = r.place CROSS JOIN choice
 ORDER BY number;

INSERT INTO crm_lead (
       id, name, contact_name, type, priority, color, active, won_status, stage_id, team_id, user_id, country_id,
       state_id, source_id, lang_id, lost_reason_id, email_from, email_normalized, email_domain_criterion, email_state,
       phone, phone_sanitized, phone_state, probability, automated_probability, expected_revenue, prorated_revenue,
       day_open, day_close, date_open, date_closed, date_last_stage_update, create_date, write_date, create_uid,
       write_uid)
SELECT id, first_name || ' ' || last_name || ' asks for offer ' || number, first_name || ' ' || last_name,
       CASE WHEN status = 'won' OR kind < 0.85 THEN 'opportunity' ELSE 'lead' END,
       CASE WHEN priority < 0.55 THEN '0' WHEN priority < 0.8 THEN '1' WHEN priority < 0.94 THEN '2' ELSE '3' END,
       0, status <> 'lost', status, CASE status WHEN 'won' THEN won_stage ELSE open_stage END, team_id, user_id,
       CASE WHEN has_country < 0.85 THEN country END, CASE WHEN has_country < 0.85 THEN state_id END,
       source_id, lang_id, CASE status WHEN 'lost' THEN reason_id END,
       CASE email_state WHEN 'correct' THEN address WHEN 'incorrect' THEN 'ask the secretary' END,
       CASE email_state WHEN 'correct' THEN address END, CASE email_state WHEN 'correct' THEN '@example.' || code END,
       email_state,
       CASE phone_state WHEN 'correct' THEN digits WHEN 'incorrect' THEN 'call after six' END,
       CASE phone_state WHEN 'correct' THEN digits END, phone_state,
       chance, CASE WHEN status <> 'pending' THEN chance WHEN chance IS NOT NULL THEN 35.0 END,
       worth, round(worth * coalesce(chance, 0)::numeric / 100, 2),
       0, CASE WHEN status <> 'pending' THEN extract(epoch FROM changed - created) / 86400 ELSE 0 END,
       created, CASE WHEN status <> 'pending' THEN changed END, changed, created, changed, 2, 2
  FROM made
 CROSS JOIN LATERAL (
       SELECT lower(first_name || '.' || last_name) || number || '@example.' || code AS address,
              '+1650253' || lpad((number % 10000)::text, 4, '0') AS digits,
              round((revenue * 160)::numeric) * 250 AS worth,
              created + (now() at time zone 'UTC' - created) * pace AS changed,
              -- Open leads are mostly left to Odoo, which has not scored them yet; some were set by hand.
              CASE WHEN status = 'won' THEN 100.0 WHEN status = 'lost' THEN 0.0
                   WHEN manual < 0.06 THEN 15.0 WHEN manual < 0.12 THEN 60.0 END AS chance) AS more;

-- The first tags are on many leads, the last ones on few.
INSERT INTO crm_tag_rel (lead_id, tag_id)
SELECT DISTINCT made.id, all_tags.ids[1 + floor(power(drawn, 3) * cardinality(all_tags.ids))::int]
  FROM made CROSS JOIN LATERAL (SELECT unnest(tags[2:]) / 0.35 AS drawn) AS each
 CROSS JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM crm_tag) AS all_tags
 WHERE drawn < 1
 UNION SELECT made.id, (SELECT min(id) FROM crm_tag) FROM made WHERE tags[1] < 0.25;
COMMIT;

VACUUM ANALYZE crm_lead, crm_tag_rel;
