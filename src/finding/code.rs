//! The table of codes: every kind of finding, its usual level, and the long text that
//! `guard explain --code CODE` prints.

use super::Level;
use std::fmt;

/// What kind of thing a finding is. The name is stable; pipelines may match on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(u16);

struct Row {
    name: &'static str,
    level: Level,
    summary: &'static str,
    explanation: &'static str,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $constant:ident = $name:literal, $level:ident, $summary:literal, $explanation:literal;)*) => {
        #[derive(Clone, Copy)]
        #[repr(u16)]
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "the variants only number the constants")]
        enum Number { $($constant),* }
        impl Code {
            $(#[doc = concat!("`", $name, "`: ", $summary, ".")] pub const $constant: Self = Self(Number::$constant as u16);)*
            /// Every code, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$constant),*];
        }
        const TABLE: &[Row] = &[$(Row { name: $name, level: Level::$level, summary: $summary, explanation: $explanation }),*];
    };
}

codes! {
    // Judging.
    OVER_LIMIT = "over-limit", Error, "a tenant asks for more than its tier allows",
        "The sum of what all instances of one tenant (and environment, for limits that are per environment) ask for is greater than the limit of the tier the tenant bought. \
         Ask for less, move the tenant to the tier that fits, or have an approval recorded: the finding shows the record.";
    UNDETERMINED = "undetermined", Error, "what is asked for is not known before apply, and may be more than the tier allows",
        "Some attribute that decides the amount is known only after apply, so the request is a range that begins within the limit and may end beyond it. \
         Pin the attribute that the finding names to a constant, or have the unknown amount accepted by an approval. The catalog's `undetermined` says whether this fails or warns.";
    ASSUMED_OVER_LIMIT = "assumed-over-limit", Warning, "a tenant may ask for more than its tier allows, if estimates are right",
        "Some amounts are estimates, because neither the input nor the provider's documentation says them: the root disk of an image, for example. \
         Without them the request fits, with them it does not. Estimates alone never fail a build; state the value, and it is judged.";
    ELASTIC = "elastic", Warning, "part of what is asked for has no ceiling by nature",
        "A function without reserved concurrency or a database that scales by itself has no greatest amount. Its floor is counted, and there is nothing in the plan to pin. \
         The catalog's `elastic` says whether this fails or warns. Reserve or cap it, and it is judged like everything else.";
    UNKNOWN_TENANT = "unknown-tenant", Error, "instances belong to no tenant of the catalog",
        "The catalog has no tenant of the name that these instances give, or they give none, and it has no `default_tier` that would hold them. \
         A tenant that the catalog does not name is never given an allowance of its own, or everybody could invent one.";
    TENANT_MISMATCH = "tenant-mismatch", Error, "an instance names another tenant than the catalog",
        "The catalog gives a root or workspace to one tenant, and an instance in it says in a tag, label or input that it belongs to another. Whoever opens the pull request writes those, \
         so the catalog is believed, and the contradiction fails until one of the two is corrected.";
    AMBIGUOUS_ROOT = "ambiguous-root", Error, "a root belongs to several tenants at once",
        "The `match` blocks of several tenants fit one root or its workspace, so nobody can tell whose it is. It counts for none of them by name. Narrow the patterns.";
    ODD_NAME = "odd-name", Fatal, "a name from an input cannot be used",
        "A tag, label or input that names a tenant or environment has control, format or zero-width characters, or is far too long. Two names that look alike must never be two tenants, so nothing is judged until it is corrected.";
    EXCLUDED = "excluded", Note, "instances are held to no tier",
        "The catalog says that these roots or workspaces belong to an owner inside the house and to no customer. What is left out is always listed.";
    MISSING_ROOTS = "missing-roots", Warning, "not all roots of a tenant were read",
        "The catalog lists roots that must be present before the limits of this tenant as a whole can be judged, and some were not read. \
         Those limits are undetermined until all are given: as plans, as HCL, or as the measurements of an earlier run.";
    OPAQUE = "opaque", Error, "a resource hides what it asks for",
        "A Helm release, a CloudFormation stack or a module that could not be read creates things that the plan does not show. What it asks for is not nothing, it is not known. \
         Declare it, or have it accepted by an approval that names root and address. The catalog's `opaque` says whether this fails or warns.";
    NO_RULE = "no-rule", Warning, "a resource type has no rule",
        "Neither the rules that come with guard nor those of the catalog say what this resource type asks for, so its instances are in no sum. \
         Add a rule, or list the type as weightless. The catalog's `no_rule` says whether this fails or warns; `--require-coverage` makes it fail.";
    CEILING = "ceiling", Note, "a ceiling of the catalog raises a limit",
        "The catalog raises a limit of this tenant without an approval, because of a contract or because it was there before guard. It is noted when it is used and when it ends within 30 days.";
    BAD_DECLARATION = "bad-declaration", Error, "a module input declares something that is no amount",
        "The catalog says that an input of this module states how much is asked for, and its value is no such amount: negative, no number, or the name of no size. It counts as not known, never as nothing.";
    UNDER_DECLARED = "under-declared", Warning, "a module plans more than it declares",
        "A module input states how much is asked for, and what the module plans is more. The greater of the two is held against the limit, so nothing slips through; but one of them is wrong.";
    INCOMPLETE_COVERAGE = "incomplete-coverage", Error, "something was not measured, and --require-coverage was given",
        "With `--require-coverage` every instance has to be measured or known to ask for nothing. Opaque types hide what they ask for, and types without a rule are not counted at all.";
    // Asking.
    NO_INPUT = "no-input", Fatal, "nothing was named that could be judged",
        "The command line names no plan, folder, measurement or deal. A pattern of the shell that fits no file leaves nothing behind, and nothing read is never a pass.";
    ROOT_TWICE = "root-twice", Fatal, "two inputs describe the same root",
        "A root is one Terraform root module in one workspace, and its plan or state is counted once. Which root a file describes is said by `ROOT=PATH`, else it is the folder of the file where that \
         holds Terraform configuration, else the path of the file without its ending.";
    NO_SUCH_TIER = "no-such-tier", Fatal, "--tier names no tier of the catalog",
        "`--tier` holds everything to one tier of the catalog, by its label.";
    BAD_TEST = "bad-test", Fatal, "a test of the catalog cannot be read",
        "A file of tests holds `test` blocks and nothing else; each asks one thing (a `request`, a `plan`, a `deal`) and says in `expect` what should come of it. Everything else stops the run, each underlined.";
    // Deals.
    BAD_DEAL = "bad-deal", Fatal, "a deal cannot be read",
        "A file of deals holds `deal` blocks and nothing else. A name that the block does not know, a tier or dimension that the catalog does not know, or a value that can be read in two ways stops the run, each underlined.";
    TIER_MISMATCH = "tier-mismatch", Error, "a tenant has another tier than its deal says",
        "What was sold and what the pipeline holds the tenant to must be the same tier. Until the deal's `close_date` this is a warning, because the tier changes when the deal is closed; from then on it fails.";
    UNKNOWN_FEATURE = "unknown-feature", Error, "a deal promises a feature that the catalog does not name",
        "Features and add-ons are named in the catalog; `guard sheet` lists them. What it does not name cannot be promised, unless the committee of `custom_solution` agrees: \
         the finding shows the Custom Solution Request, a record in approvals/ that accepts this one promise of this one deal.";
    NOT_IN_TIER = "not-in-tier", Error, "a deal promises what only a higher tier has",
        "The tier of the deal does not have this, and a higher one does. Sell the higher tier, or leave it out; otherwise it is a Custom Solution Request.";
    OFF_MENU = "off-menu", Error, "a deal promises what nothing on the menu gives",
        "No tier and no add-on gives this, and no role may allow it: an amount without a ceiling, more users than any tier is for, a level of a feature that no tier has. \
         It is a Custom Solution Request: the finding shows the record that the committee has to sign.";
    NEEDS_REVIEW = "needs-review", Error, "a deal promises what needs a technical review first",
        "The catalog sells this after a technical review: a feature that a tier lists under `review_in`, or an add-on with approvers. The finding shows the record that settles it.";
    // Reading.
    BAD_INPUT = "bad-input", Fatal, "an input is something else than guard reads",
        "Inputs are told apart by what is in them. This one is nothing that guard reads, so nothing was judged from it. \
         The finding says what it looks like and how to get the right thing, which is nearly always `terraform show -json plan.tfplan > plan.json`.";
    UNREADABLE_INPUT = "unreadable-input", Fatal, "an input cannot be had from the system",
        "The file does not exist, may not be read, or changed while it was read. Nothing was judged from it.";
    DAMAGED_JSON = "damaged-json", Fatal, "an input is no valid JSON",
        "Every byte of an input is checked, also of the parts that are not needed: a plan that is cut off or damaged anywhere may lack what matters. \
         A plan is one line, so the finding names the byte.";
    REPEATED_KEY = "repeated-key", Fatal, "a key occurs twice in one object",
        "In JSON a key should occur once in an object. Programs differ in what they do otherwise: most take the last one, so a second `resource_changes` at the end would empty the plan for one program and not for another. \
         Nothing is judged from such a file where the key is one that is read.";
    MISSHAPEN_PLAN = "misshapen-plan", Fatal, "something in a plan is not shaped like a plan",
        "Terraform writes a list or a text here, and this file has something else. It was made or changed by another program; what it means cannot be told.";
    UNSUPPORTED_FORMAT = "unsupported-format", Fatal, "a plan or state has a format of a later time",
        "Minor versions of the format only add to it, and are all read. A new major version may mean something else by the same words, so nothing is judged from it.";
    ERRORED_PLAN = "errored-plan", Fatal, "making the plan failed half-way",
        "`terraform show -json` prints a plan that failed like any other, and what failed, with all that depends on it, is simply missing. Its sums are too low. `--allow-partial` does not change this.";
    PARTIAL_PLAN = "partial-plan", Fatal, "a plan does not hold everything that will exist",
        "The plan was made with `-target`, or changes were put off to a later run, so that its sums may be too low. With `--allow-partial` it is judged all the same: \
         what the plan does not touch counts as it is in the prior state, and the report says that it is partial.";
    REDACTED_PLAN = "redacted-plan", Fatal, "addresses in a plan are left out as secret",
        "HCP Terraform prints a redacted plan in which `(sensitive value)` stands for secrets, in addresses too: instances cannot be told apart. Use the full plan.";
    UNKNOWN_ACTION = "unknown-action", Fatal, "a plan does something that guard does not know",
        "What exists after an action that this version has never heard of cannot be told, so nothing is guessed. A later version may know it.";
    INCOMPLETE_RESOURCE = "incomplete-resource", Fatal, "an entry of a plan does not say enough",
        "Every entry that Terraform writes has an address, a type and a change with its actions. One of them is missing, so what it is or what becomes of it cannot be told. The file was made or cut down by another program.";
    DUPLICATE_ADDRESS = "duplicate-address", Fatal, "one address is there more than once, each time different",
        "An address names one instance. Identical entries count once; of entries that differ it cannot be told which is true.";
    FAILED_CHECK = "failed-check", Warning, "a check of the configuration failed",
        "A `check` block or a condition of the configuration failed while the plan was made. Terraform only warns of it and ends with 0, so it is easily missed.";
    PLANNED_VALUES_ONLY = "planned-values-only", Warning, "instances are in the planned values of a plan alone",
        "Some tools keep only `planned_values` of a plan. All instances are in there and are counted, but not what happens to them; and what is known only after apply is left out without a word. \
         What is configured and left out is taken for unknown.";
    REFRESH_ONLY_PLAN = "refresh-only-plan", Fatal, "a plan that plans no changes and lists nothing",
        "A plan made with `-refresh-only` may have no changes and no planned values at all, so it does not say what there will be. What exists is in the state, and that can be judged. \
         With `--allow-partial` the prior state that the plan carries is judged instead.";
    DESTROY_PLAN = "destroy-plan", Note, "a plan that removes everything",
        "After this plan nothing of the root exists, so nothing is asked for. That is a true pass.";
    BAD_MEASUREMENTS = "bad-measurements", Fatal, "measurements of an earlier run cannot be relied on",
        "What `guard measure --format json` writes can be judged later, beside plans of other roots. It is believed only where it is whole and adds up: the version is known, \
         no amount is negative or inexact, every root is listed, and the sums are those of the instances. A run that ended with exit 2 measured only a part, and what `guard check` writes is no measurement.";
    NO_RESOURCES = "no-resources", Note, "a plan or state has no resources",
        "The input is whole and holds no resource at all. For a plan that may well be so; a state without resources is often the state of another workspace.";
    // Reading configuration.
    BAD_CONFIGURATION = "bad-configuration", Fatal, "a Terraform configuration is not what Terraform takes",
        "The text of a `.tf` file is no HCL, declares something twice, names something that is not declared, or has a cycle. Terraform refuses it too, so nothing of this root can be judged. \
         All such mistakes are reported at once; mend them, `terraform validate` helps.";
    BAD_EXPRESSION = "bad-expression", Fatal, "an expression of a configuration has no value",
        "Evaluating an expression fails as it does in Terraform: a key that a map does not have, a conversion that is not possible, a function that refuses its argument. The words are Terraform's. \
         Nothing of this root can be judged until it is mended.";
    BAD_VARIABLE = "bad-variable", Fatal, "an input variable has no value, or one that does not fit its type",
        "Terraform would ask for the value or refuse it. Values come from `TF_VAR_NAME`, `terraform.tfvars`, `*.auto.tfvars`, `--var` and `--var-file`, later ones first; \
         those of a module come from the arguments of its call.";
    UNDECLARED_VARIABLE = "undeclared-variable", Warning, "a value is given for a variable that the root module does not declare",
        "A file of values names a variable that no `variable` block of the root declares. Terraform warns too, because it is often a misspelt name whose value is then not used.";
    FAILED_CONDITION = "failed-condition", Error, "a validation or a condition of the configuration fails",
        "A `validation` of a variable, a `precondition` or a `postcondition` is false, and Terraform would stop there. The message is the one that its author wrote. \
         What the configuration asks for is measured and reported all the same.";
    UNKNOWN_NUMBER = "unknown-number", Warning, "how many instances there will be is not known before apply",
        "The `count` or `for_each` of a resource or module depends on something that is known only after apply, or on a data source, which guard does not read. \
         The number counts as anything from none up, so what it asks for is undetermined, and the catalog's `undetermined` says what that does. A plan knows more: measure it instead.";
    MODULE_NOT_READ = "module-not-read", Note, "the files of a module that is called are not here",
        "A module that comes from a registry or another repository is read from `.terraform/modules`, after `terraform init`. Where it is not there, its call is an opaque instance: \
         what it asks for is not known, and the catalog's `opaque` says what that does.";
    MODULE_NOT_CALLED = "module-not-called", Note, "a folder is a module that no root calls",
        "A folder under `modules/` without providers of its own, or one that takes its providers from a caller, is made to be called. Nothing calls it, so nothing is built from it, and it was not read. \
         A folder that says where its state is kept is always a root.";
    TERRAGRUNT = "terragrunt", Fatal, "a folder is a Terragrunt unit",
        "The inputs of such a folder, and often its very files, are made by Terragrunt when it runs. guard runs nothing, so it cannot know them. Measure the unit's plan instead.";
    TOO_LARGE_CONFIGURATION = "too-large-configuration", Fatal, "a configuration asks for more work than guard does",
        "A configuration may make very many instances, or call modules without end. There are limits, far beyond what people write, so that a few lines cannot keep a build busy. The finding names the one that was met.";
    NO_CONFIGURATION = "no-configuration", Fatal, "a folder holds no Terraform configuration",
        "Nothing that could be judged was found in the folder. Nothing read is never a pass.";
    // Measuring.
    BAD_RULES = "bad-rules", Fatal, "a capacity rule or a table of machine sizes has a mistake",
        "A file under `policies/capacity/` or `policies/machines/` does not say what such a file can say. All mistakes are reported at once; nothing is judged until they are mended, \
         because a rule that does not count would pass what it should have measured.";
    UNLISTED_SIZE = "unlisted-size", Warning, "a machine size is in no table",
        "The name of a size is looked up in a table under `policies/machines/`, and this one is not listed there. A size is never taken to be nothing: where its name says how large it is, \
         that is used and marked `assumed`; else what it has is undetermined, and the catalog's `undetermined` says what that does. Add a row to the table that the finding names.";
    NONSENSE_AMOUNT = "nonsense-amount", Error, "a value that cannot be an amount",
        "An attribute that says how much of something is asked for is negative, or no number. Such a value is never subtracted from a total and never counts as nothing: \
         the amount is undetermined, and the check fails until the value is mended.";
    RULE_FAILED = "rule-failed", Error, "a capacity rule gives no answer for an instance",
        "The rule of this resource type could not be worked out on the values of this instance: they have a shape that the rule does not expect. What it would have measured is undetermined. \
         If the values are right, the rule needs mending; a rule of the same type in the catalog's own `policies/capacity/` replaces it.";
    SEVERAL_CANDIDATES = "several-candidates", Note, "a reference may lead to several resources",
        "A resource takes its size from another one, and the input does not tell from which of several instances. Per dimension the greatest of them counts.";
    UNMATCHED_MODIFIER = "unmatched-modifier", Warning, "an autoscaling definition whose target is not in this input",
        "An autoscaling target, schedule or policy raises what another resource may grow to, and that resource is not in the input, so its ceiling is not counted here. \
         Check the root that holds the resource together with this one.";
    // The catalog.
    NO_POLICIES = "no-policies", Fatal, "there is no catalog to judge by",
        "guard reads its catalog from the folder named by `--policies`, else from `policies/` in the current folder, else from `policies/` at the top of the repository. \
         By hand, without any of them, the sample catalog inside guard judges; in a pipeline (`CI` is set) that would be a price list nobody agreed to, so it has to be asked for with `--policies builtin`.";
    UNREADABLE = "unreadable-policies", Fatal, "a file or folder of policies cannot be read",
        "Policies are regular UTF-8 text files of at most 4 MiB. Links are not followed, so that what judges is what reviewers of the folder saw.";
    BAD_CATALOG = "bad-catalog", Fatal, "the catalog has a mistake",
        "A file under `policies/` does not say what a catalog can say. All mistakes are reported at once; nothing is judged until they are mended.";
    UNHELD_ROLE = "unheld-role", Warning, "nobody holds a role",
        "A role can fill a slot of an approval, but no `person` block lists it, so nobody can give that approval. Add it to the `roles` of a person, or delete the role.";
    UNRAISABLE_LIMIT = "unraisable-limit", Note, "no approval can raise a limit",
        "The limit has no `approvers`, so nobody can approve more; only a `ceiling` in the catalog raises it. Name the slots of its approval, or say so with `enforcement_level = \"mandatory\"`.";
    UNEVEN_TIERS = "uneven-tiers", Warning, "a tier limits something that a lower tier does not",
        "What a tier does not limit is not limited at all, so a tenant that moves up from the lower tier may lose something. \
         Give the lower tier a limit too; for what is not sold there, `review = true`.";
    UNREACHABLE_LIMIT = "unreachable-limit", Warning, "something in the catalog has no effect",
        "Two parts of the catalog contradict each other, and the narrower one always decides: a limit that is above the largest environment size of its tier, \
         a ceiling that is not above the limit it should raise or that raises what the tier does not limit, approvers of a mandatory limit. \
         Nothing is wrong with the verdict, but somebody expected something else.";
    OLD_MACHINE_SIZES = "old-machine-sizes", Warning, "a table of machine sizes is more than a year old",
        "Clouds bring out new sizes all the time. A size that no table lists is never taken to be nothing, but its amounts are read from its name or not known. \
         Install a newer guard for the tables that come with it; look through your own ones and put the day into a comment: `# as of 2026-08-22`.";
    // Reporting.
    REPORT_NOT_WRITTEN = "report-not-written", Fatal, "a report that was asked for could not be written",
        "A file named by `--report FORMAT=FILE` could not be written whole, so it was not written at all: what was there before is still there. \
         A report goes to an ordinary file in a folder that exists; symbolic links are not followed and devices not replaced. The other reports say so too.";
    // Approvals.
    BAD_TRUST = "bad-trust", Fatal, "what approvals and policies are trusted by is damaged, missing or contradictory",
        "The trust root, the signed manifest of `policies/`, `policies/allowed_signers` or `policies/revoked` is not what it must be, or flags contradict them. \
         Nothing that depends on it is believed, so the check could not be done. The finding names the file and the rule it breaks.";
    BAD_APPROVAL = "bad-approval", Fatal, "something in approvals/ is damaged",
        "A record that cannot be read, a file that cannot lie in `approvals/`, or a signature by somebody known over other bytes than the record has now. \
         This stops the run even where no approval is needed: a damaged record is one that somebody relies on, or one that somebody tampered with.";
    OVERLAPPING_APPROVALS = "overlapping-approvals", Fatal, "two approvals that count raise the same limit",
        "Approvals never add up, and the looser of two must not win, so two records that count for the same tenant, environment and dimension stop the run. \
         Let the newer one name the older in `supersedes`: that voids the older as a whole and for good. Or list one of them in `policies/revoked`.";
    VOID_APPROVAL = "void-approval", Note, "a record does not count",
        "The record can be read and is not damaged, but something that it needs is missing: an approver who holds the role, a signature, the right tenant, environment, tier or time. \
         It only matters where it was needed; the excess that it does not settle is a finding of its own.";
    EXPIRED_APPROVAL = "expired-approval", Note, "a record has expired",
        "The time of the record is over: it counts from `issued` up to, but not including, `expires`. Delete it, or have a new one recorded where it is still needed.";
    SUPERSEDED_APPROVAL = "superseded-approval", Note, "a record was superseded by another",
        "Another record names this one in `supersedes`, which voids it as a whole and for good, whether or not the other one counts itself. \
         Nobody can tell if the superseding record is deleted one day; to be safe, add the superseded one to `policies/revoked` until it has expired.";
    ORPHAN_APPROVAL = "orphan-approval", Note, "a record is for a tenant or tier that is gone",
        "The catalog no longer has the tenant or the tier that the record names, so it can never count again. Delete it.";
    UNUSED_APPROVAL = "unused-approval", Note, "an approval is not needed",
        "The record counts, and everything that was judged fits without it. An allowance that nobody uses is one that somebody will use by accident.";
    GENEROUS_APPROVAL = "generous-approval", Note, "an approval allows more than twice of what is used",
        "The record is needed, but half of what it allows would do. Supersede it with one that allows what is used.";
    EXPIRING_APPROVAL = "expiring-approval", Note, "an approval expires soon",
        "The record counts now and expires soon. If what it allows is still needed then, have a new one recorded in time: the next run after its end fails.";
    APPROVAL_DIFFERS = "approval-differs", Note, "not all that a record says counts",
        "The record counts, but somebody whom it lists has not signed, somebody signed whom it does not list, or it lists a dimension that cannot be raised.";
    EXPIRING_TRUST = "expiring-trust", Note, "a key or the manifest expires soon",
        "When a key expires, the open approvals that only it signed no longer count; when the manifest of `policies/` expires, every check ends with exit 2. Renew it in time.";
    KEYLESS_PERSON = "keyless-person", Warning, "somebody who holds roles has no key",
        "In signed mode an approval counts by its signatures. Without a key in `policies/allowed_signers` this person cannot give one.";
    SHARED_KEY = "shared-key", Note, "a key is in the trust root and among the approvers",
        "This is allowed. Whoever holds the key can both change who may approve and approve.";
    EXPOSED_TRUST_ROOT = "exposed-trust-root", Warning, "the trust root lies in the checkout",
        "Whoever can push a branch can change a file of it, and so decide who is trusted. Keep the trust root in a protected variable of the CI system (GUARD_TRUST_ROOT), or in a file that the job has from elsewhere.";
}

impl Code {
    fn row(self) -> &'static Row {
        // A code can only be made from the table, so the index is always in it.
        &TABLE[usize::from(self.0)]
    }

    /// The stable name, lower case with hyphens.
    pub fn as_str(self) -> &'static str {
        self.row().name
    }

    /// The level it has unless the catalog chooses another.
    pub fn level(self) -> Level {
        self.row().level
    }

    /// One line, for lists.
    pub fn summary(self) -> &'static str {
        self.row().summary
    }

    /// The long text of `guard explain --code`.
    pub fn explanation(self) -> &'static str {
        self.row().explanation
    }

    /// The code of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == name)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_lower_case_words() {
        let mut names: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert!(
            names
                .iter()
                .all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'))
        );
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
