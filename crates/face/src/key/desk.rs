//! The messages of the desk: the newsroom's own pages, the words of the record, and the letter to somebody new. They are put before
//! whatever the list of all messages holds.

/// Hands these messages on to the list, with those that it is given.
macro_rules! desk_keys {
    ($($others:tt)*) => {
        editor_keys! {
            /// The newsroom's own pages.
            Desk "desk" Text [];
            /// The way from the desk to the paper.
            DeskPaper "desk_paper" Text [];
            /// The desk's first page.
            DeskArticles "desk_articles" Text [];
            /// The page that says what stands where.
            DeskFront "desk_front" Text [];
            /// The page with everybody of the newsroom.
            DeskStaff "desk_staff" Text [];
            /// The page that says who did what.
            DeskRecord "desk_record" Text [];
            /// The button for a new article, and its page.
            DeskNew "desk_new" Text [];
            /// Drafts that somebody is to look at: heading.
            DeskReview "desk_review" Text [];
            /// Drafts: heading.
            DeskDrafts "desk_drafts" Text [];
            /// Articles with an instant ahead: heading.
            DeskToCome "desk_to_come" Text [];
            /// Articles that are published: heading.
            DeskOut "desk_out" Text [];
            /// No draft is there.
            DeskNone "desk_none" Text [];
            /// Who saved a draft, and when.
            DeskSavedBy "desk_saved_by" Text [Name Date];
            /// When an article was taken back.
            DeskTakenBackOn "desk_taken_back_on" Text [Date];
            /// A draft that has no headline yet.
            DeskUntitled "desk_untitled" Text [];
            /// A field of an article.
            DeskHeadline "desk_headline" Text [];
            /// A field of an article.
            DeskStandfirst "desk_standfirst" Text [];
            /// A field of an article.
            DeskSection "desk_section" Text [];
            /// A field of an article: the tag above the headline.
            DeskKicker "desk_kicker" Text [];
            /// A field of an article.
            DeskTags "desk_tags" Text [];
            /// A field of an article.
            DeskAuthors "desk_authors" Text [];
            /// A field of an article: the place before the first paragraph.
            DeskDateline "desk_dateline" Text [];
            /// A field of an article: the place in the byline.
            DeskFiledFrom "desk_filed_from" Text [];
            /// A field of an article: its language, where it is another one.
            DeskLanguage "desk_language" Text [];
            /// A field of an article: its name in addresses.
            DeskSlug "desk_slug" Text [];
            /// A field of an article: who may read all of it.
            DeskAccess "desk_access" Text [];
            /// An access.
            AccessFree "access_free" Text [];
            /// An access.
            AccessRegistered "access_registered" Text [];
            /// An access.
            AccessMetered "access_metered" Text [];
            /// An access.
            AccessSubscribers "access_subscribers" Text [];
            /// A field of an article.
            DeskGenre "desk_genre" Text [];
            /// A kind of article.
            GenreNews "genre_news" Text [];
            /// A kind of article.
            GenreOpinion "genre_opinion" Text [];
            /// A kind of article.
            GenreLive "genre_live" Text [];
            /// A kind of article.
            GenreBrief "genre_brief" Text [];
            /// A field of an article.
            DeskText "desk_text" Text [];
            /// How the text is written, below its field.
            DeskTextHelp "desk_text_help" Text [];
            /// A field of an article: the file of its picture.
            DeskImage "desk_image" Text [];
            /// A field of an article: what the picture shows.
            DeskImageAlt "desk_image_alt" Text [];
            /// A field of an article.
            DeskImageCaption "desk_image_caption" Text [];
            /// A field of an article.
            DeskImageCredit "desk_image_credit" Text [];
            /// A field of an article: the point that stays in sight.
            DeskImageFocus "desk_image_focus" Text [];
            /// A field of a published article.
            DeskCorrection "desk_correction" Text [];
            /// The fields that few articles need.
            DeskMore "desk_more" Text [];
            /// A field of an article: when it is published. The place is the paper's zone.
            DeskPublishAt "desk_publish_at" Text [Place];
            /// A button.
            DeskSave "desk_save" Text [];
            /// The button that asks for somebody to look at it.
            DeskSend "desk_send" Text [];
            /// The button that publishes.
            DeskPublish "desk_publish" Text [];
            /// The button that publishes what was changed.
            DeskPublishChanges "desk_publish_changes" Text [];
            /// The button that saves and shows the page.
            DeskLook "desk_look" Text [];
            /// The button that saves and shows what a stranger gets.
            DeskLookStranger "desk_look_stranger" Text [];
            /// The button that saves and shows it wherever it is seen.
            DeskLooksAll "desk_looks_all" Text [];
            /// That page.
            DeskLooks "desk_looks" Text [];
            /// How it looks to whoever may read all of it,
            DeskLooksWhole "desk_looks_whole" Text [];
            /// The whole article, with what a visitor is told who has few left.
            DeskLooksNotice "desk_looks_notice" Text [];
            /// to a stranger,
            DeskLooksStranger "desk_looks_stranger" Text [];
            /// and to whoever has read all that is free.
            DeskLooksWall "desk_looks_wall" Text [];
            /// In a small window,
            DeskLooksPhone "desk_looks_phone" Text [];
            /// in a large one,
            DeskLooksDesktop "desk_looks_desktop" Text [];
            /// among what a search engine found,
            DeskLooksSearch "desk_looks_search" Text [];
            /// and where somebody sends its address to others.
            DeskLooksCard "desk_looks_card" Text [];
            /// That the page is made anew with every save.
            DeskLooksHelp "desk_looks_help" Text [];
            /// The fields for that.
            DeskElsewhere "desk_elsewhere" Text [];
            /// A field of the form.
            DeskSearchHeadline "desk_search_headline" Text [];
            /// A field of the form.
            DeskSearchStandfirst "desk_search_standfirst" Text [];
            /// A field of the form.
            DeskSocialHeadline "desk_social_headline" Text [];
            /// A field of the form.
            DeskSocialStandfirst "desk_social_standfirst" Text [];
            /// A field of the form.
            DeskSeries "desk_series" Text [];
            /// It is in none.
            DeskNoSeries "desk_no_series" Text [];
            /// A field of the form.
            DeskPart "desk_part" Text [];
            /// The button that throws a draft away.
            DeskThrowAway "desk_throw_away" Text [];
            /// Beside that button.
            DeskThrowAwayText "desk_throw_away_text" Text [];
            /// The button that takes an article back.
            DeskTakeBack "desk_take_back" Text [];
            /// Beside that button.
            DeskTakeBackText "desk_take_back_text" Text [];
            /// The button that ends that.
            DeskPutBack "desk_put_back" Text [];
            /// Beside that button.
            DeskPutBackText "desk_put_back_text" Text [];
            /// It was saved.
            DeskSaved "desk_saved" Text [];
            /// It waits for somebody to look at it.
            DeskSent "desk_sent" Text [];
            /// It was published.
            DeskPublished "desk_published" Text [];
            /// It was taken back.
            DeskTakenBack "desk_taken_back" Text [];
            /// Somebody else saved it meanwhile.
            DeskStale "desk_stale" Text [];
            /// It was saved by itself.
            DeskKept "desk_kept" Text [Time];
            /// It was not, without a connection.
            DeskNotKept "desk_not_kept" Text [];
            /// It was not, since it is too long.
            DeskNotKeptLong "desk_not_kept_long" Text [];
            /// It was not, since nobody is signed in any more.
            DeskNotKeptSignedOut "desk_not_kept_signed_out" Text [];
            /// This browser has what was typed and never saved, of a time that follows.
            DeskCopy "desk_copy" Text [];
            /// The button that puts it into the form.
            DeskCopyTake "desk_copy_take" Text [];
            /// The button that forgets it.
            DeskCopyForget "desk_copy_forget" Text [];
            /// Somebody else is writing in an article.
            DeskInHand "desk_in_hand" Text [Name Date];
            /// The same person is, in another window.
            DeskInHandTab "desk_in_hand_tab" Text [Date];
            /// Behind one of those: nothing was saved.
            DeskInHandNotSaved "desk_in_hand_not_saved" Text [];
            /// The button and the tick that take it over.
            DeskTakeOver "desk_take_over" Text [];
            /// There are as many drafts as there may be.
            DeskFull "desk_full" Text [];
            /// Another article has the address.
            DeskTaken "desk_taken" Text [Name Place];
            /// What stands above the list of faults.
            DeskFaults "desk_faults" Text [];
            /// Before a fault: in which line of the text.
            DeskLine "desk_line" Text [Number];
            /// Something else than an instant was typed.
            DeskDateWrong "desk_date_wrong" Text [];
            /// Somebody's role may not do that.
            DeskMayNot "desk_may_not" Text [];
            /// Somebody signed in who is not of the newsroom.
            DeskNobody "desk_nobody" Text [];
            /// Heading: one way of signing in is not enough.
            DeskTwo "desk_two" Text [];
            /// Why one way is not enough.
            DeskTwoText "desk_two_text" Text [];
            /// The way to sign in once more.
            DeskTwoLink "desk_two_link" Text [];
            /// What was published before.
            DeskRevision "desk_revision" Text [Name Date];
            /// What was published before: heading.
            DeskRevisions "desk_revisions" Text [];
            /// The way to the article in the paper.
            DeskSee "desk_see" Text [];
            /// A place of the front page.
            FrontLead "front_lead" Text [];
            /// Places of the front page.
            FrontTop "front_top" Text [];
            /// Places of the front page.
            FrontRelated "front_related" Text [];
            /// A place that is filled by time.
            FrontByTime "front_by_time" Text [];
            /// Shows the front page as it would be.
            FrontLook "front_look" Text [];
            /// What is looked at is nowhere yet.
            FrontUnsaved "front_unsaved" Text [];
            /// Puts back what stood there before.
            FrontUndo "front_undo" Text [];
            /// Earlier arrangements: heading.
            FrontPast "front_past" Text [];
            /// Until when one stood, and who changed it.
            FrontUntil "front_until" Text [Date Name];
            /// A role of the newsroom.
            RoleAuthor "role_author" Text [];
            /// A role of the newsroom.
            RoleEditor "role_editor" Text [];
            /// A role of the newsroom.
            RolePublisher "role_publisher" Text [];
            /// A role of the newsroom.
            RoleOwner "role_owner" Text [];
            /// The form for somebody new: heading and button.
            StaffAdd "staff_add" Text [];
            /// A field: what colleagues see.
            StaffName "staff_name" Text [];
            /// A field.
            StaffRole "staff_role" Text [];
            /// The button that gives another role.
            StaffChange "staff_change" Text [];
            /// The button that ends a role.
            StaffLetGo "staff_let_go" Text [];
            /// Since when somebody has a role.
            StaffSince "staff_since" Text [Date];
            /// The paper would have no owner.
            StaffLastOwner "staff_last_owner" Text [];
            /// There are as many people as there may be.
            StaffFull "staff_full" Text [];
            /// Somebody is not of the staff any more.
            StaffGone "staff_gone" Text [];
            /// The way to older rows.
            RecordFurther "record_further" Text [];
            /// Nothing was done yet.
            RecordNone "record_none" Text [];
            /// A word of the record.
            DeedBegan "deed_began" Text [];
            /// A word of the record.
            DeedOpenedAgain "deed_opened_again" Text [];
            /// A word of the record.
            DeedTookOver "deed_took_over" Text [];
            /// A word of the record.
            DeedThrewAway "deed_threw_away" Text [];
            /// A word of the record.
            DeedPublished "deed_published" Text [];
            /// A word of the record.
            DeedScheduled "deed_scheduled" Text [];
            /// A word of the record.
            DeedChanged "deed_changed" Text [];
            /// A word of the record.
            DeedTookBack "deed_took_back" Text [];
            /// A word of the record.
            DeedPutBack "deed_put_back" Text [];
            /// A word of the record.
            DeedArranged "deed_arranged" Text [];
            /// A word of the record.
            DeedAppointed "deed_appointed" Text [];
            /// A word of the record.
            DeedGaveRole "deed_gave_role" Text [];
            /// A word of the record.
            DeedLetGo "deed_let_go" Text [];
            /// Subject of the mail to somebody new in the newsroom.
            LetterAppointedSubject "letter_appointed_subject" Text [Paper];
            /// Who let them in, and as what.
            LetterAppointedText "letter_appointed_text" Text [Name Paper Role];
            /// The link to the desk.
            LetterAppointedLink "letter_appointed_link" Text [];
            /// How to sign in.
            LetterAppointedHow "letter_appointed_how" Text [];
            /// Why this mail was sent.
            LetterAppointedWhy "letter_appointed_why" Text [Paper];
            /// The page with sections, authors and tags.
            DeskNames "desk_names" Text [];
            /// A heading.
            NamesAuthors "names_authors" Text [];
            /// A heading.
            NamesTags "names_tags" Text [];
            /// A field: what an author does at the paper.
            NamesRole "names_role" Text [];
            /// A button.
            NamesAddAuthor "names_add_author" Text [];
            /// A button.
            NamesAddTag "names_add_tag" Text [];
            /// What was typed makes no name.
            NameWrong "name_wrong" Text [];
            /// There is one of that name.
            NameTaken "name_taken" Text [];
            /// There are as many as there may be.
            NamesFull "names_full" Text [];
            /// A word of the record.
            DeedNamed "deed_named" Text [];
            /// The page with pictures and documents.
            DeskMedia "desk_media" Text [];
            /// The form that brings files: heading.
            FilesBring "files_bring" Text [];
            /// The field for files.
            FilesChoose "files_choose" Text [];
            /// The button that sends them.
            FilesSend "files_send" Text [];
            /// No more of them come.
            FilesStop "files_stop" Text [];
            /// How far a file is.
            FileWaits "file_waits" Text [];
            /// How far a file is.
            FileLookedAt "file_looked_at" Text [];
            /// How far a file is.
            FileHere "file_here" Text [];
            /// Somebody stopped it.
            FileStopped "file_stopped" Text [];
            /// It did not arrive.
            FileNotSent "file_not_sent" Text [];
            /// It did not arrive, since nobody is signed in.
            FileNotTaken "file_not_taken" Text [];
            /// What may be brought: megabytes of a picture, and of a document.
            FilesHelp "files_help" Text [Number Kind];
            /// The field of the search.
            FilesSearch "files_search" Text [];
            /// The choice of what is listed.
            FilesKind "files_kind" Text [];
            /// A choice: all files.
            FilesAll "files_all" Text [];
            /// A choice: pictures.
            FilesPictures "files_pictures" Text [];
            /// A choice: documents.
            FilesDocuments "files_documents" Text [];
            /// The button of the search.
            FilesFind "files_find" Text [];
            /// There is no file.
            FilesNone "files_none" Text [];
            /// The search found no file.
            FilesNoneFound "files_none_found" Text [];
            /// The way to older files.
            FilesMore "files_more" Text [];
            /// Who brought a file, and when.
            FileBy "file_by" Text [Name Date];
            /// Where a file is shown: heading.
            FileUses "file_uses" Text [];
            /// It is shown nowhere.
            FileUsesNone "file_uses_none" Text [];
            /// Behind an article that is not published with it.
            FileInDraft "file_in_draft" Text [];
            /// It is the paper's wordmark, or the drawing of its front page.
            FileInPaper "file_in_paper" Text [];
            /// What is to be copied into the text: label.
            FileLine "file_line" Text [];
            /// A file was kept.
            FileBrought "file_brought" Text [];
            /// A file was deleted.
            FileDeleted "file_deleted" Text [];
            /// The fields that cut a part out of a picture.
            FileCut "file_cut" Text [];
            /// How that is done.
            FileCutHelp "file_cut_help" Text [];
            /// A field of them.
            FileCutLeft "file_cut_left" Text [];
            /// A field of them.
            FileCutTop "file_cut_top" Text [];
            /// A field of them.
            FileCutWidth "file_cut_width" Text [];
            /// A field of them.
            FileCutHeight "file_cut_height" Text [];
            /// The button.
            FileCutKeep "file_cut_keep" Text [];
            /// No part of the picture was named.
            FileCutWrong "file_cut_wrong" Text [];
            /// It is done.
            FileCutDone "file_cut_done" Text [];
            /// Another file is in its place.
            FileReplaced "file_replaced" Text [];
            /// The button that puts another file in its place.
            FileReplace "file_replace" Text [];
            /// The field for the other file, with the ending that it has to have.
            FileReplaceWith "file_replace_with" Text [Kind];
            /// The button that deletes a file.
            FileDelete "file_delete" Text [];
            /// Why it cannot be deleted.
            FileDeleteNot "file_delete_not" Text [];
            /// It is used and was not deleted.
            FileUsed "file_used" Text [];
            /// No file was chosen.
            FileNone "file_none" Text [];
            /// A file has too many bytes.
            FileLarge "file_large" Text [Name Number];
            /// A picture has too many pixels.
            FilePixels "file_pixels" Text [Name];
            /// What is no picture, or a damaged one.
            FileNoPicture "file_no_picture" Text [Name];
            /// A file is of a kind that is not kept.
            FileKind "file_kind" Text [Name Kind];
            /// A file cannot stand in the place of one of another kind.
            FileOtherKind "file_other_kind" Text [Name Kind];
            /// There are as many files as there may be.
            FilesFull "files_full" Text [];
            /// A form with files is too large: megabytes, and how many files.
            FilesTooMuch "files_too_much" Text [Number Kind];
            /// What is said of a file is too long.
            FileTextLong "file_text_long" Text [];
            /// The point that stays in sight is none.
            FaultFocus "fault_focus" Text [];
            /// The lead picture in the form of an article: heading.
            DeskPick "desk_pick" Text [];
            /// The choice that leaves the picture as the field below says.
            DeskPickKeep "desk_pick_keep" Text [];
            /// The field for a new lead picture.
            DeskPickUpload "desk_pick_upload" Text [];
            /// The latest pictures, of which one can be chosen.
            DeskPickLatest "desk_pick_latest" Text [];
            /// Pictures and files for the text: heading.
            DeskForText "desk_for_text" Text [];
            /// How a picture comes into the text.
            DeskForTextHelp "desk_for_text_help" Text [];
            /// A word of the record.
            DeedBrought "deed_brought" Text [];
            /// A word of the record.
            DeedDescribed "deed_described" Text [];
            /// A word of the record.
            DeedReplaced "deed_replaced" Text [];
            /// A word of the record.
            DeedDeleted "deed_deleted" Text [];
            /// The field that looks for articles.
            DeskSeek "desk_seek" Text [];
            /// The choice of how far articles are.
            DeskState "desk_state" Text [];
            /// Articles that were taken back: heading.
            DeskBack "desk_back" Text [];
            /// The way from a few rows to all of them.
            DeskAll "desk_all" Text [];
            /// The way to older rows.
            DeskOlder "desk_older" Text [];
            /// No article is as it was looked for.
            DeskNoneFound "desk_none_found" Text [];
            /// A fault of an article: no headline.
            FaultNoHeadline "fault_no_headline" Text [];
            /// A fault of an article: a field is too long.
            FaultLong "fault_long" Text [Number];
            /// A fault of an article: no section of that name.
            FaultSection "fault_section" Text [];
            /// A fault of an article: no name for addresses.
            FaultSlug "fault_slug" Text [];
            /// A fault of an article: no such tag.
            FaultTag "fault_tag" Text [Name];
            /// A fault of an article: no such author.
            FaultAuthor "fault_author" Text [Name];
            /// A fault of an article: the lead picture has no words for those who do not see it.
            FaultAlt "fault_alt" Text [];
            /// A fault of an article: two lines at which it is cut.
            FaultTwoLines "fault_two_lines" Text [];
            /// The box for a change of which readers are not told.
            DeskSmall "desk_small" Text [];
            /// A word of the record.
            DeedChangedALittle "deed_changed_a_little" Text [];
            /// A word of the record.
            DeedOrdered "deed_ordered" Text [];
            /// A heading.
            NamesSections "names_sections" Text [];
            /// A button.
            NamesAddSection "names_add_section" Text [];
            /// The button that moves a section towards the beginning.
            NamesUp "names_up" Text [];
            /// The button that moves a section towards the end.
            NamesDown "names_down" Text [];
            /// The box for a section of opinion.
            NamesOpinion "names_opinion" Text [];
            /// A section cannot have this name in addresses.
            NameReserved "name_reserved" Text [];
            /// The button that compares two revisions, and the way to that page.
            RevisionsCompare "revisions_compare" Text [];
            /// The list of revisions: heading.
            RevisionsList "revisions_list" Text [];
            /// The column of the earlier one.
            RevisionsFrom "revisions_from" Text [];
            /// The column of the later one.
            RevisionsTo "revisions_to" Text [];
            /// The column that says when it was published, and by whom.
            RevisionsWhen "revisions_when" Text [];
            /// What is worked on now.
            RevisionsNow "revisions_now" Text [];
            /// The button that makes a draft of a revision.
            RevisionsRestore "revisions_restore" Text [];
            /// What restoring does.
            RevisionsRestoreText "revisions_restore_text" Text [];
            /// What restoring does where there is a draft.
            RevisionsRestoreDraft "revisions_restore_draft" Text [];
            /// A revision became a draft.
            RevisionsRestored "revisions_restored" Text [];
            /// Somebody else changed the article before it was restored.
            RevisionsStale "revisions_stale" Text [];
            /// What is different: heading.
            RevisionsDifferent "revisions_different" Text [];
            /// Nothing is different.
            RevisionsSame "revisions_same" Text [];
            /// How words are marked that came.
            RevisionsCame "revisions_came" Text [];
            /// How words are marked that went.
            RevisionsWent "revisions_went" Text [];
            /// A word of the record.
            DeedRestored "deed_restored" Text [];
            $($others)*
        }
    };
}
