//! The messages of the block editor at the desk, and of what galleries and embeds say in the paper. They are put before whatever the list
//! of all messages holds.

/// Hands these messages on to the list, with those that it is given.
macro_rules! editor_keys {
    ($($others:tt)*) => {
        help_keys! {
            /// How many pictures a gallery has, for those who do not see it.
            GalleryPictures "gallery_pictures" Text [Number];
            /// The button that puts what somebody else shows into the page.
            EmbedLoad "embed_load" Text [Name];
            /// How the text is written: name of the two buttons.
            EditorMode "editor_mode" Text [];
            /// The button that shows the text in blocks.
            EditorBlocks "editor_blocks" Text [];
            /// The button that shows the text as Markdown.
            EditorMarkdown "editor_markdown" Text [];
            /// How the editor is reached by keyboard.
            EditorHelp "editor_help" Text [];
            /// The row of buttons.
            EditorTools "editor_tools" Text [];
            /// The button for bold letters.
            EditorBold "editor_bold" Text [];
            /// The button for italic letters.
            EditorItalic "editor_italic" Text [];
            /// The button for a link.
            EditorLink "editor_link" Text [];
            /// A kind of block.
            EditorParagraph "editor_paragraph" Text [];
            /// A kind of block.
            EditorHeading "editor_heading" Text [];
            /// A kind of block.
            EditorSubheading "editor_subheading" Text [];
            /// A kind of block.
            EditorQuote "editor_quote" Text [];
            /// A kind of block.
            EditorList "editor_list" Text [];
            /// A kind of block.
            EditorNumbers "editor_numbers" Text [];
            /// A kind of block.
            EditorTable "editor_table" Text [];
            /// A kind of block.
            EditorRule "editor_rule" Text [];
            /// A kind of block.
            EditorPicture "editor_picture" Text [];
            /// A kind of block.
            EditorGallery "editor_gallery" Text [];
            /// A kind of block.
            EditorEmbed "editor_embed" Text [];
            /// A kind of block.
            EditorPull "editor_pull" Text [];
            /// A kind of block.
            EditorFact "editor_fact" Text [];
            /// A kind of block.
            EditorEntry "editor_entry" Text [];
            /// The line at which the free part ends.
            EditorLine "editor_line" Text [];
            /// What stands on the line at which the free part ends.
            EditorLineSays "editor_line_says" Text [];
            /// Where no such line is set.
            EditorLineNone "editor_line_none" Text [];
            /// Said after the line moved: how many blocks stand above it.
            EditorLineMoved "editor_line_moved" Text [Number];
            /// A block that the editor shows as it was written.
            EditorRaw "editor_raw" Text [];
            /// The button that takes the last change back.
            EditorUndo "editor_undo" Text [];
            /// The button that does it again.
            EditorRedo "editor_redo" Text [];
            /// The button that adds a block.
            EditorAdd "editor_add" Text [];
            /// The button that moves something up.
            EditorUp "editor_up" Text [];
            /// The button that moves something down.
            EditorDown "editor_down" Text [];
            /// The button that takes a block out.
            EditorRemove "editor_remove" Text [];
            /// The field for the title of a gallery, a fact box or an embed.
            EditorNamed "editor_named" Text [];
            /// The field of a pull quote.
            EditorWho "editor_who" Text [];
            /// The field for the time of an entry.
            EditorTime "editor_time" Text [];
            /// The field for the lines that correct or withdraw an entry.
            EditorAmended "editor_amended" Text [];
            /// The field for where a link leads.
            EditorAddress "editor_address" Text [];
            /// The field that looks for articles of the paper.
            EditorFind "editor_find" Text [];
            /// No article has the words that were looked for.
            EditorFindNone "editor_find_none" Text [];
            /// The button that sets the link.
            EditorLinkSet "editor_link_set" Text [];
            /// The button that takes a link away.
            EditorLinkDrop "editor_link_drop" Text [];
            /// An address that a link cannot have.
            EditorLinkWrong "editor_link_wrong" Text [];
            /// The button that closes a panel.
            EditorCancel "editor_cancel" Text [];
            /// The button that closes a panel in which nothing is lost.
            EditorClose "editor_close" Text [];
            /// The panel in which pictures are chosen.
            EditorChoose "editor_choose" Text [];
            /// The field for pictures from one’s own device.
            EditorBring "editor_bring" Text [];
            /// The field that looks for pictures at the desk.
            EditorShelf "editor_shelf" Text [];
            /// No picture was found.
            EditorShelfNone "editor_shelf_none" Text [];
            /// A file is on its way.
            EditorFileWaits "editor_file_waits" Text [];
            /// A file did not arrive.
            EditorFileFailed "editor_file_failed" Text [];
            /// Beside a picture that nobody has described.
            EditorAltWanted "editor_alt_wanted" Text [];
            /// The button that adds a picture to a gallery.
            EditorPictureAdd "editor_picture_add" Text [];
            /// Beside a link that can be an embed.
            EditorOffer "editor_offer" Text [];
            /// An address of which nothing can be shown.
            EditorEmbedWrong "editor_embed_wrong" Text [];
            /// Which embeds there are.
            EditorEmbedHelp "editor_embed_help" Text [];
            /// A button of tables and fact boxes.
            EditorRowAdd "editor_row_add" Text [];
            /// A button of tables.
            EditorRowDrop "editor_row_drop" Text [];
            /// A button of tables.
            EditorColumnAdd "editor_column_add" Text [];
            /// A button of tables.
            EditorColumnDrop "editor_column_drop" Text [];
            /// A button of tables.
            EditorAlign "editor_align" Text [];
            /// Where a picture of somebody else’s page was pasted.
            EditorLeftOut "editor_left_out" Text [];
            /// How the point that stays in sight is chosen in the picture.
            EditorPoint "editor_point" Text [];
            $($others)*
        }
    };
}
