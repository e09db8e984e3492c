-- What one unit of another currency is worth in the organisation's, by day; an order keeps the rate it was submitted at.
CREATE TABLE exchange_rates (
    currency text NOT NULL CONSTRAINT exchange_rates_currency_code CHECK (currency ~ '^[A-Z]{3}$'),
    day date NOT NULL,
    per_unit numeric(17, 10) NOT NULL CONSTRAINT exchange_rates_per_unit_range CHECK (per_unit > 0 AND per_unit <= 1000000),
    CONSTRAINT exchange_rates_pk PRIMARY KEY (currency, day)
);

ALTER TABLE purchase_orders
    ADD COLUMN exchange_rate numeric(17, 10) CONSTRAINT purchase_orders_exchange_rate_range CHECK (exchange_rate > 0),
    ADD COLUMN exchange_day date,
    ADD CONSTRAINT purchase_orders_exchange_whole CHECK ((exchange_rate IS NULL) = (exchange_day IS NULL)),
    ADD CONSTRAINT purchase_orders_exchange_not_of_drafts CHECK (exchange_rate IS NULL OR status <> 'draft');
