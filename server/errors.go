package server

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"quorumlab/server/verdict"
)

// apiError is an error with its place in HTTP.
type apiError struct {
	status   int
	code     string
	message  string
	definite bool
}

func (e *apiError) Error() string { return e.message }

// panicError carries what a handler panicked with.
type panicError struct{ value any }

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.value, debug.Stack()) }

// statuses are the HTTP statuses of verdict errors.
var statuses = map[string]int{
	verdict.CodeBadRecording:    http.StatusBadRequest,
	verdict.CodeTooLarge:        http.StatusRequestEntityTooLarge,
	verdict.CodeTooLong:         http.StatusUnprocessableEntity,
	verdict.CodeWrongLab:        http.StatusConflict,
	verdict.CodeNoExercise:      http.StatusUnprocessableEntity,
	verdict.CodeUnknownExercise: http.StatusUnprocessableEntity,
	verdict.CodeCrash:           http.StatusUnprocessableEntity,
	verdict.CodeBusy:            http.StatusTooManyRequests,
	verdict.CodeTimeLimit:       http.StatusServiceUnavailable,
	verdict.CodeNotHere:         http.StatusNotImplemented,
}

// answerError writes an error as JSON: {"code", "message", "definite"}.
func answerError(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	e := explain(err, c)
	if c.Request().Method == http.MethodHead {
		_ = c.NoContent(e.status)
		return
	}
	_ = c.JSON(e.status, map[string]any{"code": e.code, "message": e.message, "definite": e.definite})
}

func explain(err error, c echo.Context) *apiError {
	var refused *verdict.Error
	var ours *apiError
	var echos *echo.HTTPError
	switch {
	case errors.As(err, &ours):
		return ours
	case errors.As(err, &refused):
		return explainVerdict(refused, c)
	case errors.As(err, &echos):
		code := strings.ToLower(strings.ReplaceAll(http.StatusText(echos.Code), " ", "-"))
		return &apiError{echos.Code, code, fmt.Sprint(echos.Message), echos.Code < 500}
	}
	return &apiError{http.StatusInternalServerError, verdict.CodeInternal, "Something went wrong here; it is in the server's log.", false}
}

func explainVerdict(err *verdict.Error, c echo.Context) *apiError {
	status, known := statuses[err.Code]
	if !known {
		status = http.StatusInternalServerError
	}
	if err.RetryAfter > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(err.RetryAfter.Seconds()+0.5)))
	}
	return &apiError{status, err.Code, err.Message, err.Definite}
}
