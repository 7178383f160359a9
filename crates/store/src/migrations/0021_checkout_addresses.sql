-- Under which address of the paper an order was made: it is part of what the provider was asked, and the same order asked for again has it.
ALTER TABLE checkouts ADD COLUMN address TEXT NOT NULL DEFAULT '';
