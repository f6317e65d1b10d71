"use strict";
// Select2 calls what is chosen a text box without a name. It is text: say so, and the
// list beside it, which is named by it, is read out as it should.
(function () {
    function tidy() {
        document.querySelectorAll(".select2-selection__rendered[role]").forEach(function (text) {
            text.removeAttribute("role");
            text.removeAttribute("aria-readonly");
        });
    }
    document.addEventListener("DOMContentLoaded", function () {
        django.jQuery(tidy);
    });
    document.addEventListener("formset:added", tidy);
})();
