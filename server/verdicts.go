package server

import (
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/labstack/echo/v4"

	"quorumlab/lab/recording"
	"quorumlab/server/verdict"
)

// notHere is the answer of a server without a judge.
var notHere = &verdict.Error{
	Code: verdict.CodeNotHere,
	Message: "This server does not replay recordings: a replay takes seconds of computing, which this platform does not give a request. " +
		"`quorumlab grade RECORDING` gives the same verdict, and so does POST /api/v1/verdicts of `quorumlab serve`.",
}

// postVerdict answers POST /api/v1/verdicts: a recording in, the grader's
// verdict out. Nothing is kept.
func postVerdict(judge Judge) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set("Cache-Control", "no-store")
		if judge == nil {
			return notHere
		}
		rec, err := readRecording(c.Request())
		if err != nil {
			return err
		}
		v, err := judge(c.Request().Context(), rec)
		if err != nil {
			return err
		}
		return c.JSON(http.StatusOK, v)
	}
}

func readRecording(r *http.Request) (*recording.Recording, error) {
	if kind := r.Header.Get("Content-Type"); kind != "" {
		if media, _, err := mime.ParseMediaType(kind); err != nil || media != "application/json" {
			return nil, &apiError{http.StatusUnsupportedMediaType, "not-json", "Send the recording as application/json, not " + kind + ".", true}
		}
	}
	text, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, recording.MaxBytes))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, verdict.Refuse(verdict.CodeTooLarge, "A recording has at most %d bytes.", recording.MaxBytes)
	}
	if err != nil {
		return nil, &verdict.Error{Code: verdict.CodeBadRecording, Message: "The recording did not arrive whole: " + err.Error()}
	}
	rec, err := recording.Parse(text)
	if err != nil {
		return nil, verdict.Refuse(verdict.CodeBadRecording, "%v", err)
	}
	return rec, nil
}
