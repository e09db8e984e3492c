-- What the form of a vendor allows, held by the table too.
ALTER TABLE vendors
    ADD CONSTRAINT vendors_email_shape CHECK (email LIKE '%_@_%' AND char_length(email) <= 254),
    ADD CONSTRAINT vendors_address_length CHECK (char_length(address) <= 1000),
    ADD CONSTRAINT vendors_hold_reason_length CHECK (char_length(hold_reason) <= 500),
    ADD CONSTRAINT vendors_flag_reason_length CHECK (char_length(flag_reason) <= 500);
