package dev.agenttask.controller.task;

import dev.agenttask.api.batch.BatchPlan;

/** Reasons in conditions, attempts and events. They are part of the interface: people and programs match them. */
public final class Reasons {

    public static final String QUEUED = "Queued";
    public static final String SUSPENDED = "Suspended";
    public static final String ADMITTED = "Admitted";
    public static final String IN_PROGRESS = "InProgress";
    public static final String ATTEMPT_FAILED = "AttemptFailed";
    public static final String ATTEMPT_STARTED = "AttemptStarted";
    public static final String RUNNING = "Running";
    public static final String VERIFYING = "Verifying";
    public static final String DELIVERING = "Delivering";
    public static final String SUCCEEDED = "Succeeded";
    public static final String FAILED = "Failed";
    public static final String CANCELLED = "Cancelled";
    public static final String DELETED = "Deleted";

    public static final String INVALID_SPEC = "InvalidSpec";
    public static final String SECRET_NOT_FOUND = "SecretNotFound";
    public static final String CREDENTIAL_NOT_FOR_HOST = "CredentialNotForHost";
    public static final String CREDENTIAL_INVALID = "CredentialInvalid";
    public static final String PROMPT_NOT_FOUND = "PromptNotFound";
    public static final String PROMPT_INVALID = "PromptInvalid";
    public static final String NAME_TAKEN = "PodNameTaken";
    public static final String QUOTA_EXCEEDED = "QuotaExceeded";
    public static final String POD_REFUSED = "PodRefused";

    public static final String UNSCHEDULABLE = "Unschedulable";
    public static final String IMAGE_PULL_BACK_OFF = "ImagePullBackOff";
    public static final String IMAGE_PULL_FAILED = "ImagePullFailed";
    public static final String INVALID_IMAGE_NAME = "InvalidImageName";
    public static final String CONTAINER_NOT_STARTED = "ContainerNotStarted";
    public static final String POD_STUCK = "PodStuck";
    public static final String WORKER_CRASHED = "WorkerCrashed";
    public static final String WORKER_LOST = "WorkerLost";

    public static final String CLONE_FAILED = "CloneFailed";
    public static final String AGENT_FAILED = "AgentFailed";
    public static final String NO_CHANGE = "NoChange";
    public static final String SETUP_FAILED = "SetupFailed";
    public static final String OUT_OF_MEMORY = "OutOfMemory";
    public static final String DEADLINE_EXCEEDED = "DeadlineExceeded";
    public static final String WORKSPACE_TOO_LARGE = "WorkspaceTooLarge";
    public static final String STEP_STOPPED = "StepStopped";
    public static final String SUPERVISOR_FAILED = "SupervisorFailed";
    public static final String VERIFIER_FAILED = "VerifierFailed";
    public static final String DELIVER_FAILED = "DeliverFailed";
    public static final String REPORT_MISSING = "ReportMissing";
    public static final String ATTEMPT_TIMED_OUT = "AttemptTimedOut";
    public static final String EVICTED = "Evicted";
    public static final String PREEMPTED = "Preempted";
    public static final String NODE_LOST = "NodeLost";
    public static final String POD_DELETED = "PodDeleted";
    public static final String POD_FAILED = "PodFailed";

    public static final String NOT_CONFIGURED = "NotConfigured";
    public static final String NOT_YET = "NotYet";
    public static final String NOT_RUN = "NotRun";
    public static final String CHECKS_PASSED = "ChecksPassed";
    public static final String CHECKS_FAILED = "ChecksFailed";
    public static final String CHECKS_INCOMPLETE = "ChecksIncomplete";
    public static final String BRANCH_PUSHED = "BranchPushed";
    public static final String KEPT_AT_WIP_REF = "KeptAtWipRef";
    public static final String NOT_DELIVERED = "NotDelivered";

    public static final String NO_CONFLICTS = "NoConflicts";
    public static final String CONFLICT_FORECAST = "ConflictForecast";
    public static final String ALREADY_MERGED = "AlreadyMerged";
    public static final String BRANCH_GONE = "BranchGone";
    public static final String BRANCH_MOVED = "BranchMoved";
    public static final String NOT_COMPARABLE = "NotComparable";
    public static final String FORECAST_FAILED = "ForecastFailed";

    public static final String CANARY = "Canary";
    public static final String CANARY_FAILED = "CanaryFailed";
    public static final String STOPPING = "Stopping";
    public static final String TOO_MANY_FAILURES = "TooManyFailures";
    public static final String ITEMS_FAILED = "ItemsFailed";
    public static final String INVALID_BATCH = "InvalidBatch";
    public static final String INVALID_ITEM = BatchPlan.INVALID_ITEM;
    public static final String ALL_ITEMS_FIT = "AllItemsFit";
    public static final String TASK_NAME_TAKEN = "TaskNameTaken";

    private Reasons() {}
}
