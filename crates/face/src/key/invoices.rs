//! The messages about paying by invoice: the order, the invoice, and the letters that bring it and remind of it. They are put before
//! whatever the list of all messages holds.

/// Hands these messages on to the list, with those that it is given.
macro_rules! invoice_keys {
    ($($others:tt)*) => {
        keys! {
            /// The way to pay by invoice: link and heading.
            InvoicePay "invoice_pay" Text [];
            /// How paying by invoice goes.
            InvoicePayText "invoice_pay_text" Text [];
            /// From when an order by invoice opens something.
            InvoiceOpens "invoice_opens" Text [];
            /// From when an invoice counts that goes on with a subscription.
            InvoiceGoesOn "invoice_goes_on" Text [Date];
            /// What is ordered: the first invoice.
            InvoiceToday "invoice_today" Text [Price Date];
            /// For how many months an invoice is.
            InvoiceForMonths "invoice_for_months" Plural [Count];
            /// For how many days an invoice is.
            InvoiceForDays "invoice_for_days" Plural [Count];
            /// That more invoices are of the same lower price.
            InvoiceReduced "invoice_reduced" Plural [Count Price];
            /// What follows, by the month.
            InvoiceThenMonth "invoice_then_month" Text [Price];
            /// What follows, by the year.
            InvoiceThenYear "invoice_then_year" Text [Price];
            /// Beside the box, by the month.
            InvoiceAgreeMonth "invoice_agree_month" Text [Price];
            /// Beside the box, by the year.
            InvoiceAgreeYear "invoice_agree_year" Text [Price];
            /// A name of a field: who buys.
            InvoiceName "invoice_name" Text [];
            /// A name of a field: the address.
            InvoiceLines "invoice_lines" Text [];
            /// A name of a field: the country.
            InvoiceCountry "invoice_country" Text [];
            /// A name of a field or line: the reference of the buyer.
            InvoiceReference "invoice_reference" Text [];
            /// A name of a field or line: the number of the buyer for taxes.
            InvoiceVat "invoice_vat" Text [];
            /// A field is empty or too long.
            InvoiceFieldWrong "invoice_field_wrong" Plural [Count];
            /// The address is empty, or has too many lines or too long ones.
            InvoiceLinesWrong "invoice_lines_wrong" Plural [Count];
            /// The button that orders by invoice.
            InvoiceOrder "invoice_order" Text [];
            /// Too many orders by invoice in one day.
            InvoiceEnough "invoice_enough" Text [];
            /// On an order by invoice, where the plan's offer is a trial that costs nothing.
            InvoiceNoTrial "invoice_no_trial" Text [];
            /// The heading of a reader’s invoices.
            Invoices "invoices" Text [];
            /// There are no invoices.
            InvoicesNone "invoices_none" Text [];
            /// The heading of an invoice.
            InvoiceNumbered "invoice_numbered" Text [Number];
            /// A line of an invoice: when it was issued.
            InvoiceDate "invoice_date" Text [];
            /// A line of an invoice: until when it is to be paid.
            InvoiceDue "invoice_due" Text [];
            /// A line of an invoice: who is paid.
            InvoicePayee "invoice_payee" Text [];
            /// A line of an invoice: who pays.
            InvoiceBuyer "invoice_buyer" Text [];
            /// A line of an invoice: for what.
            InvoiceFor "invoice_for" Text [];
            /// A line of an invoice: how much in all.
            InvoiceSum "invoice_sum" Text [];
            /// A line of an invoice: how it is paid.
            InvoicePayTo "invoice_pay_to" Text [];
            /// A line of an invoice: what a transfer has to name.
            InvoiceQuote "invoice_quote" Text [];
            /// An invoice that is to be paid.
            InvoiceOpen "invoice_open" Text [Date];
            /// An invoice that was to be paid by a day that is over.
            InvoiceOverdue "invoice_overdue" Text [Date];
            /// An invoice that was paid.
            InvoicePaidOn "invoice_paid_on" Text [Date];
            /// An invoice that need not be paid.
            InvoiceVoid "invoice_void" Text [];
            /// An invoice whose money went back.
            InvoiceRefunded "invoice_refunded" Text [];
            /// The button that takes an order back.
            InvoiceCancel "invoice_cancel" Text [];
            /// What that button does.
            InvoiceCancelText "invoice_cancel_text" Text [];
            /// An order that was taken back.
            InvoiceWithdrawn "invoice_withdrawn" Text [];
            /// Other plans of whoever pays by invoice: from when they hold.
            InvoiceChangeText "invoice_change_text" Text [];
            /// That page, where the next invoice is made: when a plan can be changed.
            InvoiceChangeWaits "invoice_change_waits" Text [];
            /// The button that takes another plan back.
            InvoiceChangeUndo "invoice_change_undo" Text [];
            /// In the letter of a change: until when it can be taken back.
            LetterPlanUndo "letter_plan_undo" Text [Date];
            /// Subject of the mail that brings an invoice.
            LetterInvoiceSubject "letter_invoice_subject" Text [Number Paper];
            /// What such a mail asks for.
            LetterInvoiceText "letter_invoice_text" Text [];
            /// Subject before an invoice is due.
            LetterInvoiceSoonSubject "letter_invoice_soon_subject" Text [Number Date Paper];
            /// That it is due soon.
            LetterInvoiceSoonText "letter_invoice_soon_text" Text [Date];
            /// Subject after an invoice was due.
            LetterInvoiceLateSubject "letter_invoice_late_subject" Text [Number Paper];
            /// That no payment has arrived.
            LetterInvoiceLateText "letter_invoice_late_text" Text [Date];
            /// Subject where an invoice became void.
            LetterInvoiceVoidSubject "letter_invoice_void_subject" Text [Number Paper];
            /// That it need not be paid.
            LetterInvoiceVoidText "letter_invoice_void_text" Text [];
            /// Subject where the money of an invoice went back.
            LetterInvoiceBackSubject "letter_invoice_back_subject" Text [Number Paper];
            /// That the money goes back, and access has ended.
            LetterInvoiceBackText "letter_invoice_back_text" Text [Price];
            /// The link to an invoice.
            LetterInvoiceLink "letter_invoice_link" Text [];
            $($others)*
        }
    };
}
